import type { NextRequest } from "next/server";

/** Who asks. In place of your sign-in: a cookie that the first answer sets. */
export function currentUser(request: NextRequest) {
  const user = request.cookies.get("user")?.value || crypto.randomUUID();
  return { user, cookie: `user=${user}; Path=/; HttpOnly; SameSite=Lax` };
}
