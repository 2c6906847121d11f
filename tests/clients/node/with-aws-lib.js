// aws-lib: REST, signed, POST. It is left at Amazon's host, as behind an alias: only its connections lead to the server.
import http from "node:http";
import net from "node:net";
import aws from "aws-lib";
import * as life from "./life.js";

const server = new URL(life.URL);
http.globalAgent = new http.Agent();
http.globalAgent.createConnection = () => net.connect(Number(server.port), server.hostname);

for (const version of ["2005-10-05", "2009-10-01", "2013-08-01"]) {
  await life.play(`aws-lib, ${version}`, (secret) => {
    const client = aws.createProdAdvClient(life.KEY, secret, life.TAG, { version, secure: false });
    return async (operation, known, items) => {
      // An error comes with the whole answer behind it; its code is in there.
      const { error, result } = await new Promise((resolve) => {
        client.call(operation, life.parameters(known, items), (error, result) => resolve({ error, result }));
      });
      if (error) throw result ? new life.Refused(result.Error.Code) : error;
      return result.Cart;
    };
  });
}
