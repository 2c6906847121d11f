//! SOAP envelopes: any bytes, through the reader to the same parameters as a query, or to a fault that can be read.
#![no_main]

use cartwright::cart::Locale;
use cartwright::protocol::{Fault, SoapRefusal, SoapRequest, SoapVersion, read_soap, read_tree};
use cartwright_fuzz::{Rest, answer, check_encoding, check_fault};

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    match read_soap(body) {
        Ok(SoapRequest { params, .. }) => {
            check_encoding(&params);
            answer(
                &params,
                &Rest {
                    locale: Locale::Jp,
                    user_agent: None,
                    request_id: "1",
                    cart: None,
                    products: Vec::new(),
                    list: None,
                },
            );
        }
        Err(SoapRefusal { soap, error }) => {
            check_fault(&Fault::from(&error), soap.unwrap_or(SoapVersion::V1_1), "1");
        }
    }
    // The reader of whole documents is handed files of others too.
    if let Ok(document) = std::str::from_utf8(body) {
        let _ = read_tree(document);
    }
});
