// soap: SOAP 1.1 and 1.2 from nothing but the WSDL.
import { createHmac } from "node:crypto";
import soap from "soap";
import * as life from "./life.js";

const SECURITY = "http://security.amazonaws.com/doc/2007-01-01/";

// The signature is over the operation's name and the time stamp.
function sign(client, operation, secret) {
  const Timestamp = new Date().toISOString();
  const Signature = createHmac("sha256", secret).update(operation + Timestamp).digest("base64");
  client.clearSoapHeaders();
  client.addSoapHeader({ AWSAccessKeyId: life.KEY, Timestamp, Signature }, "", "aws", SECURITY);
}

for (const version of ["2005-10-05", "2010-11-01", "2011-08-01", "2013-08-01"]) {
  for (const forceSoap12Headers of [false, true]) {
    const wsdl = `${life.URL}/AWSECommerceService/${version}/AWSECommerceService.wsdl`;
    const client = await soap.createClientAsync(wsdl, { forceSoap12Headers });
    const name = `soap, ${version}${forceSoap12Headers ? ", SOAP 1.2" : ""}`;
    await life.play(name, (secret) => async (operation, known, items) => {
      sign(client, operation, secret);
      const request = { ...known, ...(items.length > 0 ? { Items: { Item: items } } : {}) };
      try {
        const [answer] = await client[`${operation}Async`]({ AssociateTag: life.TAG, Request: request });
        return [answer.Cart].flat()[0];
      } catch (error) {
        const fault = error.root?.Envelope.Body.Fault;
        throw fault ? new life.Refused(fault.faultcode ?? fault.Code.Subcode.Value) : error;
      }
    });
  }
}
