import type { NextRequest } from "next/server";

/** The user who asks. Stands in for your sign-in: the first answer sets a cookie. */
export function currentUser(request: NextRequest) {
  const user = request.cookies.get("user")?.value || crypto.randomUUID();
  return { user, cookie: `user=${user}; Path=/; HttpOnly; SameSite=Lax` };
}
