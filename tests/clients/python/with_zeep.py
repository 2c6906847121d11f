"""zeep: SOAP from nothing but the WSDL, which it holds every answer against."""

import zeep
from lxml import etree

import life
import soap


class Client(soap.Client):
    def __init__(self, wsdl, secret=life.SECRET):
        self.wsdl, self.secret = wsdl, secret
        self.service = zeep.Client(wsdl).service

    def with_secret(self, secret):
        return Client(self.wsdl, secret)

    def call(self, operation, request):
        headers = []
        for name, text in soap.credentials(operation, self.secret).items():
            headers.append(etree.Element(etree.QName(soap.SECURITY, name), nsmap={"aws": soap.SECURITY}))
            headers[-1].text = text
        try:
            return self.service[operation](AssociateTag=life.TAG, Request=[request], _soapheaders=headers)
        except zeep.exceptions.Fault as fault:
            raise life.Refused(fault.code) from fault


for place in ("2004-08-01", "2005-10-05", "2008-06-26", "2010-11-01", "2011-08-01", "2013-08-01", "2011-08-01/US"):
    wsdl = f"{life.URL}/AWSECommerceService/{place}/AWSECommerceService.wsdl"
    life.play(f"zeep, {place}", Client(wsdl))
