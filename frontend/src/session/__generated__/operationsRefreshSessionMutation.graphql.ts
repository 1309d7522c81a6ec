/**
 * @generated SignedSource<<c9d44beb83f44529f5d77cb20c9855f6>>
 * @relayHash 2bcc56c8d6f4f3b01c4ca0b608ebfe6e
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

// @relayRequestID ce4408ef5f59b310222e3d0c46e64c29623fa7774889f5c1f05ef84e808506c3

import { ConcreteRequest } from 'relay-runtime';
export type Permission = "CHANGE_JOBS" | "CREATE_JOBS" | "VIEW_JOBS";
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
      readonly permissions: ReadonlyArray<Permission>;
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
                "kind": "ScalarField",
                "name": "permissions",
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
    "id": "ce4408ef5f59b310222e3d0c46e64c29623fa7774889f5c1f05ef84e808506c3",
    "metadata": {},
    "name": "operationsRefreshSessionMutation",
    "operationKind": "mutation",
    "text": null
  }
};
})();

(node as any).hash = "cf645e3615e54af8ecc7efcb02fbb2ba";

export default node;
