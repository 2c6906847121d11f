"""Sends what is meant for Amazon to the server under test, for clients that know Amazon's hosts and nothing else.

This is what an alias in the hosts file does, without one: the connection goes elsewhere, the request stays as it was, its Host
header and the host in its signature too. The handler is urllib's own way to do so.
"""

import http.client
import urllib.parse
import urllib.request

import life


class ToServer(urllib.request.HTTPSHandler):
    def https_open(self, request):
        address = urllib.parse.urlsplit(life.URL).netloc

        def connection(_amazon, **options):
            return http.client.HTTPConnection(address, timeout=options["timeout"])

        return self.do_open(connection, request)


def install():
    # No proxy of whoever runs this: the server is on this machine.
    urllib.request.install_opener(urllib.request.build_opener(urllib.request.ProxyHandler({}), ToServer))
