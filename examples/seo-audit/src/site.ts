import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const shop = `<!doctype html>
<html lang="en">
  <head><title>Shop</title></head>
  <body>
    <h1>Our shop</h1>
    <h3>Offers</h3>
    <img src="/cup.jpg">
    <img src="/bag.jpg" alt="A red bag">
    <a href="/cups">Cups</a>
    <a href="/bags"></a>
  </body>
</html>
`;

/** A web site on loopback. */
export interface Site {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a site with one page, `/`, that has faults. Any other path answers with the status 503. */
export async function startSite(): Promise<Site> {
  const server = createServer(({ url }, answer) => {
    if (url === "/") answer.setHeader("content-type", "text/html").end(shop);
    else answer.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
