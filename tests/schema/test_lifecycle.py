"""The `lifecycle` field: the moves as any client may learn them."""

from tests.api import Api


def test_the_states_and_their_moves(anyone: Api) -> None:
    assert anyone("{ lifecycle { state isFinished allowedTransitions } }").data == {
        "lifecycle": [
            {
                "state": "PENDING",
                "isFinished": False,
                "allowedTransitions": ["RUNNING", "CANCELLED", "FAILED"],
            },
            {
                "state": "RUNNING",
                "isFinished": False,
                "allowedTransitions": ["COMPLETED", "FAILED", "CANCELLED"],
            },
            {"state": "COMPLETED", "isFinished": True, "allowedTransitions": []},
            {"state": "FAILED", "isFinished": True, "allowedTransitions": ["PENDING"]},
            {"state": "CANCELLED", "isFinished": True, "allowedTransitions": ["PENDING"]},
        ]
    }
