"""Where a request comes from."""

from django.conf import settings


def client_address(peer: str, forwarded_for: str) -> str:
    """The address of the client, believing as many proxies in front as are configured.

    Each proxy appends the address it saw to X-Forwarded-For; what stands further left, a client
    may have made up. `peer` is whoever connected.
    """
    if settings.TRUSTED_PROXIES:
        chain = [each.strip() for each in forwarded_for.split(",")]
        if len(chain) >= settings.TRUSTED_PROXIES and all(chain):
            return chain[-settings.TRUSTED_PROXIES]
    return peer
