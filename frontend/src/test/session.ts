/** A session that needs no server: of an account that may do what it is told. */
import { type Permission, Session } from "#/session/session";

const EVERYTHING: readonly Permission[] = ["VIEW_JOBS", "CREATE_JOBS", "CHANGE_JOBS"];

export function testSession(permissions = EVERYTHING): Session {
  return Object.assign(new Session(), { may: (one: Permission) => permissions.includes(one) });
}
