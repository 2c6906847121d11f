//! Batches and multi-operation requests: several requests in one (docs/PROTOCOL.md, section 12).
//!
//! `CartGet.1.CartId` belongs to the first CartGet, `CartGet.Shared.ResponseGroup` to all of them, and a name without such a
//! prefix to the request as a whole. What comes out is one parameter list per request, each as if it had been sent alone.

use super::decode::{Envelope, EnvelopeError};
use super::params::Params;
use super::schema::Operation;
use super::version::Version;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

/// How many requests of one operation, and how many operations, may be sent together.
const MOST: usize = 2;

/// The requests of one operation.
#[derive(Clone, Debug)]
pub struct Batch<'p> {
    /// What to do.
    pub operation: Operation,
    /// Each as if it had been sent alone; in the order of their numbers.
    pub requests: Vec<Cow<'p, Params<'p>>>,
}

/// Too much was sent together. Goes into OperationRequest/Errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchError {
    /// More than two requests of one operation.
    TooManyRequests,
    /// More than two operations.
    TooManyOperations,
}

/// The operations that the Operation parameter names: one, or several joined by commas, each once.
pub fn operations(envelope: &Envelope<'_>) -> Result<Vec<Operation>, EnvelopeError> {
    let mut found = Vec::with_capacity(1);
    for name in envelope.operation.split(',') {
        let operation = Operation::named(name).ok_or(EnvelopeError::InvalidOperation)?;
        if found.contains(&operation) {
            return Err(EnvelopeError::InvalidOperation);
        }
        found.push(operation);
    }
    // The schema of 2011-08-01 has no MultiOperation any more.
    if found.len() > 1 && envelope.version >= Version::V2011_08_01 {
        return Err(EnvelopeError::InvalidOperation);
    }
    Ok(found)
}

/// Takes the parameters apart, operation by operation and request by request.
pub fn batches<'p>(operations: &[Operation], params: &'p Params<'_>) -> Result<Vec<Batch<'p>>, BatchError> {
    if operations.len() > MOST {
        return Err(BatchError::TooManyOperations);
    }
    operations.iter().map(|operation| batch(*operation, params)).collect()
}

fn batch<'p>(operation: Operation, params: &'p Params<'_>) -> Result<Batch<'p>, BatchError> {
    let part = |name: &'p str| name.strip_prefix(operation.name())?.strip_prefix('.')?.split_once('.');
    if !params.iter().any(|param| part(&param.name).is_some()) {
        return Ok(Batch { operation, requests: vec![Cow::Borrowed(params)] }); // nearly every request is one of these
    }
    let (mut shared, mut whole) = (Params::default(), Params::default());
    let mut numbered: BTreeMap<(u64, &str), Params<'p>> = BTreeMap::new();
    for param in params {
        let value = param.value.as_ref();
        match part(&param.name) {
            None => whole.push(param.name.as_ref(), value),
            Some(("Shared", name)) => shared.push(name, value),
            Some((number, name)) => {
                numbered.entry((number.parse().unwrap_or(u64::MAX), number)).or_default().push(name, value);
                if numbered.len() > MOST {
                    return Err(BatchError::TooManyRequests);
                }
            }
        }
    }
    if numbered.is_empty() {
        numbered.insert((0, ""), Params::default()); // all that there is is shared
    }
    let requests = numbered.into_values().map(|own| Cow::Owned(merged(own, &shared, &whole))).collect();
    Ok(Batch { operation, requests })
}

/// A request's own parameters, then the shared ones and those of the whole that it does not give itself.
fn merged<'p>(own: Params<'p>, shared: &Params<'p>, whole: &Params<'p>) -> Params<'p> {
    let mut request = own;
    for outer in [shared, whole] {
        let given: HashSet<Cow<'p, str>> = request.iter().map(|param| param.name.clone()).collect();
        for param in outer.iter().filter(|param| !given.contains(&param.name)) {
            request.push(param.name.clone(), param.value.clone());
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use super::super::decode::envelope;
    use super::super::rest::read_params;
    use super::*;

    /// The requests as `Operation(name=value …)`, without the common parameters, or the error.
    fn check(query: &str, expected: &str) {
        let query = format!("Service=AWSECommerceService&{query}");
        let mut params = Params::default();
        read_params(query.as_bytes(), &mut params);
        let envelope = envelope(&params).unwrap();
        let got = match operations(&envelope).map(|operations| batches(&operations, &params)) {
            Err(error) => format!("{error:?}"),
            Ok(Err(error)) => format!("{error:?}"),
            Ok(Ok(batches)) => {
                let shown = |request: &Params<'_>| {
                    let own =
                        request.iter().filter(|p| !["Service", "Operation", "Version"].contains(&p.name.as_ref()));
                    own.map(|p| format!("{}={}", p.name, p.value)).collect::<Vec<_>>().join(" ")
                };
                let requests = batches
                    .iter()
                    .flat_map(|b| b.requests.iter().map(|r| format!("{}({})", b.operation.name(), shown(r))));
                requests.collect::<Vec<_>>().join(" ")
            }
        };
        assert_eq!(got, expected, "{query}");
    }

    #[test]
    fn a_request_alone_is_a_batch_of_one() {
        check("Operation=CartGet&CartId=1", "CartGet(CartId=1)");
        check("Operation=CartGet&CartGet.CartId=1", "CartGet(CartGet.CartId=1)");
    }

    #[test]
    fn numbered_requests_come_in_order_and_take_what_is_shared() {
        check(
            "Operation=CartCreate&CartCreate.2.Item.1.ASIN=B&CartCreate.1.Item.1.ASIN=A&CartCreate.Shared.Item.1.Quantity=3\
             &CartCreate.2.Item.1.Quantity=4&AssociateTag=t",
            "CartCreate(Item.1.ASIN=A Item.1.Quantity=3 AssociateTag=t) CartCreate(Item.1.ASIN=B Item.1.Quantity=4 AssociateTag=t)",
        );
        check("Operation=CartGet&CartGet.Shared.CartId=1", "CartGet(CartId=1)");
    }

    #[test]
    fn two_operations_have_their_own_requests() {
        check(
            "Operation=CartGet,CartClear&CartClear.1.CartId=2&CartGet.1.CartId=1",
            "CartGet(CartId=1 CartClear.1.CartId=2) CartClear(CartId=2 CartGet.1.CartId=1)",
        );
    }

    #[test]
    fn more_than_two_of_anything_is_too_much() {
        let three = "CartGet.1.CartId=1&CartGet.2.CartId=2&CartGet.3.CartId=3&CartGet.4.CartId=4";
        check(&format!("Operation=CartGet&{three}"), "TooManyRequests");
        check("Operation=CartGet,CartClear,CartAdd", "TooManyOperations");
        check("Operation=CartGet,CartGet", "InvalidOperation");
        check("Operation=CartGet,CartClear&Version=2011-08-01", "InvalidOperation");
    }
}
