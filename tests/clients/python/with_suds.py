"""suds: SOAP from nothing but the WSDL, the Python client of ECS's own years."""

import suds
import suds.client
from suds.sax.element import Element

import life
import soap


class Client(soap.Client):
    def __init__(self, wsdl, secret=life.SECRET):
        self.wsdl, self.secret = wsdl, secret
        self.client = suds.client.Client(wsdl, cache=None)

    def with_secret(self, secret):
        return Client(self.wsdl, secret)

    def call(self, operation, request):
        namespace = ("aws", soap.SECURITY)
        headers = soap.credentials(operation, self.secret).items()
        self.client.set_options(soapheaders=[Element(name, ns=namespace).setText(text) for name, text in headers])
        try:
            return getattr(self.client.service, operation)(AssociateTag=life.TAG, Request=[request])
        except suds.WebFault as fault:
            raise life.Refused(fault.fault.faultcode) from fault


for version in ("2005-10-05", "2010-11-01", "2013-08-01"):
    wsdl = f"{life.URL}/AWSECommerceService/{version}/AWSECommerceService.wsdl"
    life.play(f"suds, {version}", Client(wsdl))
