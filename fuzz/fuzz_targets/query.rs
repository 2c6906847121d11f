//! Query strings and forms: any bytes, through the reader, the envelope, batches and the decoder to a document.
#![no_main]

use cartwright::cart::Locale;
use cartwright::protocol::signature::canonical_query;
use cartwright::protocol::{Params, read_params};
use cartwright_fuzz::{Rest, answer, check_encoding};

libfuzzer_sys::fuzz_target!(|query: &[u8]| {
    let mut params = Params::default();
    read_params(query, &mut params);
    check_encoding(&params);
    let _ = canonical_query(&params);
    answer(
        &params,
        &Rest { locale: Locale::Us, user_agent: None, request_id: "1", cart: None, products: Vec::new(), list: None },
    );
});
