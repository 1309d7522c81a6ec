"""What a caller of the accounts services can cause and mend."""


class AccountError(Exception):
    """Base of every error that the accounts services raise.

    str(error) is a sentence for a person. It never repeats what was given: a password typed into
    the wrong field must not come back, or reach a log.
    """


class InvalidCredentials(AccountError):
    """Unknown account, wrong password or a deactivated account: nobody is told which."""

    def __init__(self) -> None:
        super().__init__("The username or the password is wrong.")


class TooManyAttempts(AccountError):
    """Log-ins fail too often here. `retry_after_seconds`, at least 1, is when to try again."""

    def __init__(self, retry_after_seconds: int) -> None:
        unit = "second" if retry_after_seconds == 1 else "seconds"
        super().__init__(
            f"There were too many attempts to log in. Try again in {retry_after_seconds} {unit}."
        )
        self.retry_after_seconds = retry_after_seconds


class InvalidRefreshToken(AccountError):
    """The refresh token is unknown, used, expired or revoked. Log in again."""

    def __init__(self) -> None:
        super().__init__("The refresh token is not valid, or no longer. Log in again.")


class InvalidAccount(AccountError):
    """An account can not be created so. `field` names what to mend: username, password or role."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class InvalidApiToken(AccountError):
    """An API token can not be created so. `field` names what to mend, as the public API has it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class TooManyApiTokens(AccountError):
    """The account has as many API tokens that serve as it may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"Your account has {most} API tokens already: revoke one first.")


class ApiTokenNotFound(AccountError):
    """The account has no such API token."""

    def __init__(self) -> None:
        super().__init__("You have no API token with this id.")
