//! SOAP over real HTTP: what is asked and answered, faults, and the WSDL documents.

mod amazon;
mod faults;
mod requests;
mod valid;
mod wsdl;
