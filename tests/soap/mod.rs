//! SOAP over real HTTP: what is asked and answered, faults, and the WSDL documents.

mod faults;
mod requests;
