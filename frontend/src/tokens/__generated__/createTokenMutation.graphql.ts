/**
 * @generated SignedSource<<db6dd2f7303e6be43c23270fb493c4e8>>
 * @relayHash 3cf5c68572c6f19a3e56804b847ef5de
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

// @relayRequestID 0344e78166860ed953a7090cd4a83cc597a2788aab18e19f47e1487120d241a1

import { ConcreteRequest } from 'relay-runtime';
export type ApiTokenScope = "JOBS_READ" | "JOBS_WRITE";
export type CreateApiTokenInput = {
  expiresAt?: string | null | undefined;
  name: string;
  scopes: ReadonlyArray<ApiTokenScope>;
};
export type createTokenMutation$variables = {
  input: CreateApiTokenInput;
};
export type createTokenMutation$data = {
  readonly createApiToken: {
    readonly __typename: "CreateApiTokenSuccess";
    readonly secret: string;
  } | {
    readonly __typename: "InvalidInput";
    readonly field: string;
    readonly message: string;
  } | {
    readonly __typename: "TooManyApiTokens";
    readonly message: string;
  } | {
    // This will never be '%other', but we need some
    // value in case none of the concrete values match.
    readonly __typename: "%other";
  };
};
export type createTokenMutation = {
  response: createTokenMutation$data;
  variables: createTokenMutation$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "input"
  }
],
v1 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "message",
  "storageKey": null
},
v2 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "input",
        "variableName": "input"
      }
    ],
    "concreteType": null,
    "kind": "LinkedField",
    "name": "createApiToken",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "__typename",
        "storageKey": null
      },
      {
        "kind": "InlineFragment",
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "secret",
            "storageKey": null
          }
        ],
        "type": "CreateApiTokenSuccess",
        "abstractKey": null
      },
      {
        "kind": "InlineFragment",
        "selections": [
          (v1/*:: as any*/),
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "field",
            "storageKey": null
          }
        ],
        "type": "InvalidInput",
        "abstractKey": null
      },
      {
        "kind": "InlineFragment",
        "selections": [
          (v1/*:: as any*/)
        ],
        "type": "TooManyApiTokens",
        "abstractKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "createTokenMutation",
    "selections": (v2/*:: as any*/),
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "createTokenMutation",
    "selections": (v2/*:: as any*/)
  },
  "params": {
    "id": "0344e78166860ed953a7090cd4a83cc597a2788aab18e19f47e1487120d241a1",
    "metadata": {},
    "name": "createTokenMutation",
    "operationKind": "mutation",
    "text": null
  }
};
})();

(node as any).hash = "41f677346ffc9c99f511cb3e37398504";

export default node;
