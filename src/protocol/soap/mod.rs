//! SOAP 1.1 and 1.2: envelopes to [`Params`](super::Params) and replies to envelopes (docs/PROTOCOL.md, section 11).
//!
//! The reader builds the same parameters as a query string would, so nothing after it knows how a request came; the writer puts
//! the same elements into an envelope. Must not know what the operations do.

mod read;
mod write;

pub use read::{Credentials, SoapError, SoapRefusal, SoapRequest, read_soap};
pub use write::{Fault, Side, write_fault, write_soap_reply};

/// Which SOAP a client speaks; it is answered in the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoapVersion {
    /// SOAP 1.1, of every toolkit of the time.
    V1_1,
    /// SOAP 1.2.
    V1_2,
}

impl SoapVersion {
    const ALL: [Self; 2] = [Self::V1_1, Self::V1_2];

    /// The namespace of its envelope.
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::V1_1 => "http://schemas.xmlsoap.org/soap/envelope/",
            Self::V1_2 => "http://www.w3.org/2003/05/soap-envelope",
        }
    }

    /// The media type of its messages.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::V1_1 => "text/xml",
            Self::V1_2 => "application/soap+xml",
        }
    }
}
