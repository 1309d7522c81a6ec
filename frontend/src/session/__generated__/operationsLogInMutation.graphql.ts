/**
 * @generated SignedSource<<0f62091fba941d6bb0c9a704668bfec2>>
 * @relayHash 3199e65aa0ba6831ca4243de295b5091
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

// @relayRequestID c4f36ca05a23b264cb161b49030f65f374a2c659cc1024c353dbfe4ea899b931

import { ConcreteRequest } from 'relay-runtime';
export type Permission = "CHANGE_JOBS" | "CREATE_JOBS" | "VIEW_JOBS";
export type LogInInput = {
  password: string;
  useCookie?: boolean;
  username: string;
};
export type operationsLogInMutation$variables = {
  input: LogInInput;
};
export type operationsLogInMutation$data = {
  readonly logIn: {
    readonly __typename: "InvalidCredentials";
    readonly message: string;
  } | {
    readonly __typename: "LogInSuccess";
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
    readonly __typename: "TooManyAttempts";
    readonly message: string;
  } | {
    // This will never be '%other', but we need some
    // value in case none of the concrete values match.
    readonly __typename: "%other";
  };
};
export type operationsLogInMutation = {
  response: operationsLogInMutation$data;
  variables: operationsLogInMutation$variables;
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
    "args": null,
    "kind": "ScalarField",
    "name": "message",
    "storageKey": null
  }
],
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
    "name": "logIn",
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
        "type": "LogInSuccess",
        "abstractKey": null
      },
      {
        "kind": "InlineFragment",
        "selections": (v1/*:: as any*/),
        "type": "InvalidCredentials",
        "abstractKey": null
      },
      {
        "kind": "InlineFragment",
        "selections": (v1/*:: as any*/),
        "type": "TooManyAttempts",
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
    "name": "operationsLogInMutation",
    "selections": (v2/*:: as any*/),
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "operationsLogInMutation",
    "selections": (v2/*:: as any*/)
  },
  "params": {
    "id": "c4f36ca05a23b264cb161b49030f65f374a2c659cc1024c353dbfe4ea899b931",
    "metadata": {},
    "name": "operationsLogInMutation",
    "operationKind": "mutation",
    "text": null
  }
};
})();

(node as any).hash = "b8f3dd4461f1da6e9663da78d92263ca";

export default node;
