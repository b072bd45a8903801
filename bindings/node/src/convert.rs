//! Every conversion between JavaScript's values and the core's, and the one way a fault becomes an exception.

use countermark::{
    crypto::Signature,
    primitives::{Coded, Error as Basic, U256, Wei, codes},
};
use napi::{
    Env, Error, Result, Status, Task, Unknown,
    bindgen_prelude::{BigInt, FnArgs, Function, FunctionRef, ToNapiValue, TypeName},
    sys,
};
use napi_derive::napi;
use std::{cell::RefCell, mem::ManuallyDrop};

type Fields = FnArgs<(String, String, String, Option<String>, bool)>;

/// What makes the error objects, and the environment it lives in.
struct Maker {
    env: sys::napi_env,
    // Never released: a thread's environment may be gone when its thread-locals are dropped.
    make: ManuallyDrop<FunctionRef<Fields, Unknown<'static>>>,
}

thread_local! {
    static MAKER: RefCell<Option<Maker>> = const { RefCell::new(None) };
}

/// Called once by the package: `make(message, code, kind, check, retryable)` gives the error to throw.
#[napi(js_name = "setErrorMaker", skip_typescript)]
pub fn set_error_maker(env: Env, make: Function<'_, Fields, Unknown<'static>>) -> Result<()> {
    let make = ManuallyDrop::new(make.create_ref()?);
    MAKER.with(|maker| *maker.borrow_mut() = Some(Maker { env: env.raw(), make }));
    Ok(())
}

/// A fault of the core on its way to JavaScript. May be carried between threads.
pub struct Raised(Box<dyn Coded + Send + Sync>);

/// What the inside of a function of this skin returns.
pub type Done<T> = core::result::Result<T, Raised>;
pub(crate) type Fault = Raised;

impl<E: Coded + Send + Sync + 'static> From<E> for Raised {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

/// Runs the inside of a function; a fault becomes the package's error. On the thread of the event loop only.
pub(crate) fn js<T>(inside: impl FnOnce() -> Done<T>) -> Result<T> {
    inside().map_err(|raised| raise(raised.0.as_ref()))
}

fn raise(error: &dyn Coded) -> Error {
    let made = MAKER.with(|maker| {
        let maker = maker.borrow();
        let Some(Maker { env, make }) = maker.as_ref() else {
            return Err(Error::new(Status::GenericFailure, format!("{}: {error}", error.code())));
        };
        let check = error.check().map(str::to_owned);
        let fields = (
            error.to_string(),
            error.code().into(),
            error.kind().as_str().into(),
            check,
            error.is_retryable(),
        );
        make.borrow_back(&Env::from_raw(*env))?.call(fields.into()).map(Error::from)
    });
    made.unwrap_or_else(|failure| failure)
}

/// The part of a call that leaves the event loop.
pub type Work<T> = Box<dyn FnOnce() -> Done<T> + Send>;

/// A call that leaves the event loop: `work` runs on a thread of the pool, `out` makes its result JavaScript's.
pub struct Background<T, J> {
    work: Option<Work<T>>,
    out: fn(T) -> J,
}

impl<T, J> Background<T, J> {
    pub(crate) fn new(work: Work<T>, out: fn(T) -> J) -> Self {
        Self { work: Some(work), out }
    }
}

impl<T: Send + 'static, J: ToNapiValue + TypeName> Task for Background<T, J> {
    type Output = Done<T>;
    type JsValue = J;

    fn compute(&mut self) -> Result<Self::Output> {
        let work = self.work.take();
        Ok(work.ok_or_else(|| Error::new(Status::GenericFailure, "a task runs once"))?())
    }

    fn resolve(&mut self, _: Env, output: Self::Output) -> Result<Self::JsValue> {
        js(|| output).map(self.out)
    }
}

/// A code that an error can carry, with the kind it belongs to.
#[napi(object)]
pub struct ErrorCode {
    /// The code, snake_case, unique in the library.
    pub code: String,
    /// The kind.
    pub kind: String,
}

/// All codes an error can carry.
#[napi]
pub fn error_codes() -> Vec<ErrorCode> {
    codes::all().map(|(code, kind, _)| ErrorCode { code: code.into(), kind: kind.into() }).collect()
}

pub(crate) fn signature(bytes: &[u8]) -> countermark::crypto::Result<Signature> {
    Signature::from_bytes(bytes)
}

/// A bigint as an amount.
pub(crate) fn wei(what: &'static str, amount: &BigInt) -> core::result::Result<Wei, Basic> {
    let negative = amount.sign_bit && amount.words.iter().any(|word| *word != 0);
    let value = if negative { None } else { U256::checked_from_limbs_slice(&amount.words) };
    let sign = if negative { "a negative bigint" } else { "a bigint of over 256 bits" };
    value.map(Wei::new).ok_or(Basic::OutOfRange { what, got: sign.into(), range: "0..2^256" })
}

pub(crate) fn bigint(amount: Wei) -> BigInt {
    BigInt { sign_bit: false, words: amount.get().into_limbs().to_vec() }
}

/// A bigint as a number of seconds or a count.
pub(crate) fn whole(what: &'static str, amount: &BigInt) -> core::result::Result<u64, Basic> {
    let wide = wei(what, amount)?.get();
    u64::try_from(wide).map_err(|_| Basic::OutOfRange { what, got: wide.to_string(), range: "0..2^64" })
}

/// A bigint as a signed number.
pub(crate) fn signed(what: &'static str, amount: &BigInt) -> core::result::Result<i64, Basic> {
    let size = wei(what, &BigInt { sign_bit: false, words: amount.words.clone() })?.get();
    let size = i128::try_from(size).unwrap_or(i128::MAX);
    let value = if amount.sign_bit { -size } else { size };
    i64::try_from(value).map_err(|_| Basic::OutOfRange { what, got: value.to_string(), range: "-2^63..2^63" })
}
