// apac: REST, signed, GET. It takes a host but no port, so the server's port is made the one that HTTP has by default.
import http from "node:http";
import { OperationHelper } from "apac";
import * as life from "./life.js";

const server = new URL(life.URL);
http.globalAgent.defaultPort = Number(server.port);

for (const version of ["2005-10-05", "2013-08-01"]) {
  await life.play(`apac, ${version}`, (awsSecret) => {
    const helper = new OperationHelper({ awsId: life.KEY, awsSecret, assocId: life.TAG, endPoint: server.hostname, version });
    return async (operation, known, items) => {
      const { result } = await helper.execute(operation, life.parameters(known, items));
      const refusal = result[`${operation}ErrorResponse`];
      if (refusal) throw new life.Refused(refusal.Error.Code);
      return result[`${operation}Response`].Cart;
    };
  });
}
