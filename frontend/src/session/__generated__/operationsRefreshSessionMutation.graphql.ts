/**
 * @generated SignedSource<<36c838c7fe518f0093a97d8caff7467c>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ConcreteRequest } from 'relay-runtime';
export type RefreshSessionInput = {
  refreshToken?: string | null | undefined;
};
export type operationsRefreshSessionMutation$variables = {
  input: RefreshSessionInput;
};
export type operationsRefreshSessionMutation$data = {
  readonly refreshSession: {
    readonly __typename: "InvalidRefreshToken";
    readonly message: string;
  } | {
    readonly __typename: "RefreshSessionSuccess";
    readonly session: {
      readonly accessToken: string;
      readonly expiresAt: string;
      readonly viewer: {
        readonly id: string;
        readonly username: string;
      };
    };
  } | {
    // This will never be '%other', but we need some
    // value in case none of the concrete values match.
    readonly __typename: "%other";
  };
};
export type operationsRefreshSessionMutation = {
  response: operationsRefreshSessionMutation$data;
  variables: operationsRefreshSessionMutation$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "input"
  }
],
v1 = [
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
    "name": "refreshSession",
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
            "concreteType": "Session",
            "kind": "LinkedField",
            "name": "session",
            "plural": false,
            "selections": [
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "accessToken",
                "storageKey": null
              },
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "expiresAt",
                "storageKey": null
              },
              {
                "alias": null,
                "args": null,
                "concreteType": "User",
                "kind": "LinkedField",
                "name": "viewer",
                "plural": false,
                "selections": [
                  {
                    "alias": null,
                    "args": null,
                    "kind": "ScalarField",
                    "name": "id",
                    "storageKey": null
                  },
                  {
                    "alias": null,
                    "args": null,
                    "kind": "ScalarField",
                    "name": "username",
                    "storageKey": null
                  }
                ],
                "storageKey": null
              }
            ],
            "storageKey": null
          }
        ],
        "type": "RefreshSessionSuccess",
        "abstractKey": null
      },
      {
        "kind": "InlineFragment",
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "message",
            "storageKey": null
          }
        ],
        "type": "InvalidRefreshToken",
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
    "name": "operationsRefreshSessionMutation",
    "selections": (v1/*:: as any*/),
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "operationsRefreshSessionMutation",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "3da92f17f073f0e1dc4334d1a4d21396",
    "id": null,
    "metadata": {},
    "name": "operationsRefreshSessionMutation",
    "operationKind": "mutation",
    "text": "mutation operationsRefreshSessionMutation(\n  $input: RefreshSessionInput!\n) {\n  refreshSession(input: $input) {\n    __typename\n    ... on RefreshSessionSuccess {\n      session {\n        accessToken\n        expiresAt\n        viewer {\n          id\n          username\n        }\n      }\n    }\n    ... on InvalidRefreshToken {\n      message\n    }\n  }\n}\n"
  }
};
})();

(node as any).hash = "8b9233abd1d1440d0088a1553c7de1ce";

export default node;
