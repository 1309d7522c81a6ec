/**
 * @generated SignedSource<<9ffdfbc8f375c6b1b64f8093b3149080>>
 * @relayHash da4ec247054961fb91824c40235801c8
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

// @relayRequestID 8e324c5fcb7f883bcf0b7b4bbfb7e942b8749d9472cee5e57aca9d5809508f04

import { ConcreteRequest } from 'relay-runtime';
export type NameSearchJobQuery$variables = {
  id: string;
};
export type NameSearchJobQuery$data = {
  readonly job: {
    readonly id: string;
  } | null | undefined;
};
export type NameSearchJobQuery = {
  response: NameSearchJobQuery$data;
  variables: NameSearchJobQuery$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "id"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "id",
        "variableName": "id"
      }
    ],
    "concreteType": "Job",
    "kind": "LinkedField",
    "name": "job",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "id",
        "storageKey": null
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
    "name": "NameSearchJobQuery",
    "selections": (v1/*:: as any*/),
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "NameSearchJobQuery",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "id": "8e324c5fcb7f883bcf0b7b4bbfb7e942b8749d9472cee5e57aca9d5809508f04",
    "metadata": {},
    "name": "NameSearchJobQuery",
    "operationKind": "query",
    "text": null
  }
};
})();

(node as any).hash = "d161ef04fa1da140390dd475ec38807e";

export default node;
