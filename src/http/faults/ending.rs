//! How an answer is sent that a fault rule has fired on: in part, slowly, or not at all. Must not know what it says.

use crate::faults::{ByteRate, MAX_DELAY};
use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use http_body_util::{BodyExt as _, Collected};
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, Sleep, sleep};

/// An answer carries it out to where it is sent.
#[derive(Clone)]
pub(super) enum Ending {
    /// Nothing is sent.
    Cut(Cut),
    /// So many bytes of its body are sent.
    Truncated(usize),
    /// It is sent slowly, until the server stops.
    Dripping(ByteRate, watch::Receiver<bool>),
}

/// Why a connection ends without the whole answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Cut {
    /// The client sees a connection that is reset.
    #[error("a fault rule wants the connection reset")]
    Reset,
    /// The client sees one that is closed.
    #[error("a fault rule wants the connection closed")]
    Closed,
}

/// What is really sent; an `Err` when nothing is.
pub(crate) async fn send(mut response: Response) -> Result<Response, Cut> {
    match response.extensions_mut().remove::<Ending>() {
        None => Ok(response),
        Some(Ending::Cut(cut)) => Err(cut),
        Some(Ending::Truncated(bytes)) => Ok(whole(response)
            .await
            .map(|body| if bytes < body.len() { Body::new(Truncated::of(&body, bytes)) } else { Body::from(body) })),
        Some(Ending::Dripping(rate, stopping)) => {
            Ok(whole(response).await.map(|body| Body::new(Dripping::of(body, rate, stopping))))
        }
    }
}

/// The response with its body in one piece, compressed where the client wants it so.
async fn whole(response: Response) -> Response<Bytes> {
    let (parts, body) = response.into_parts();
    // A body of ours is there already, and cannot fail.
    let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    Response::from_parts(parts, body)
}

/// A body that promises more than it has.
struct Truncated {
    promised: u64,
    part: Bytes,
    /// hyper sends what it was given when there is nothing more for the moment; an error at once would keep it from that.
    paused: bool,
}

impl Truncated {
    fn of(body: &Bytes, bytes: usize) -> Self {
        Self { promised: body.len() as u64, part: body.slice(..bytes), paused: false }
    }
}

impl HttpBody for Truncated {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if !self.part.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.part)))));
        }
        if !self.paused {
            self.paused = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(Cut::Closed)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised)
    }
}

/// A body that comes piece by piece.
struct Dripping {
    rest: Bytes,
    piece: usize,
    pause: Duration,
    next: Pin<Box<Sleep>>,
    /// Then all that is left is sent.
    end: Instant,
    stopping: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Dripping {
    /// Pieces come ten times a second, or else byte by byte.
    fn of(rest: Bytes, rate: ByteRate, mut stopping: watch::Receiver<bool>) -> Self {
        let piece = (rate.per_second() / 10).max(1);
        Self {
            rest,
            piece: piece as usize,
            pause: Duration::from_secs(1) * piece / rate.per_second(),
            next: Box::pin(sleep(Duration::ZERO)),
            end: Instant::now() + MAX_DELAY,
            stopping: Box::pin(async move {
                let _ = stopping.wait_for(|stops| *stops).await; // also when there is nobody left to say so
            }),
        }
    }
}

impl HttpBody for Dripping {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let over = Instant::now() >= self.end || self.stopping.as_mut().poll(context).is_ready();
        let piece = if over {
            self.rest.len()
        } else {
            ready!(self.next.as_mut().poll(context));
            let next = Instant::now() + self.pause;
            self.next.as_mut().reset(next);
            self.piece.min(self.rest.len())
        };
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(ending: Option<Ending>) -> Response {
        let mut response = Response::new(Body::from("0123456789"));
        if let Some(ending) = ending {
            response.extensions_mut().insert(ending);
        }
        response
    }

    async fn text(response: Response) -> Result<Bytes, axum::Error> {
        response.into_body().collect().await.map(Collected::to_bytes)
    }

    #[tokio::test]
    async fn an_answer_without_an_ending_is_sent_as_it_is() {
        assert_eq!(text(send(response(None)).await.unwrap()).await.unwrap(), "0123456789");
        assert_eq!(send(response(Some(Ending::Cut(Cut::Reset)))).await.unwrap_err(), Cut::Reset);
    }

    #[tokio::test]
    async fn a_truncated_answer_promises_more_than_it_has() {
        let sent = send(response(Some(Ending::Truncated(4)))).await.unwrap();
        assert_eq!(sent.body().size_hint().exact(), Some(10));
        let mut body = sent.into_body();
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "0123");
        assert!(body.frame().await.unwrap().is_err());
        assert_eq!(text(send(response(Some(Ending::Truncated(10)))).await.unwrap()).await.unwrap(), "0123456789");
    }

    /// The time that dripping ten bytes takes. The runtime's clock stands still but for that.
    async fn dripping(rate: &str, stops: bool) -> Duration {
        let stopping = watch::Sender::new(stops);
        let ending = Ending::Dripping(rate.parse().unwrap(), stopping.subscribe());
        let began = Instant::now();
        assert_eq!(text(send(response(Some(ending))).await.unwrap()).await.unwrap(), "0123456789");
        began.elapsed()
    }

    #[tokio::test]
    async fn a_dripping_answer_comes_whole_when_the_server_stops() {
        assert!(dripping("1B/s", true).await < Duration::from_secs(5));
        // Two pieces, a tenth of a second apart.
        assert!(dripping("50B/s", false).await >= Duration::from_millis(100));
    }
}
