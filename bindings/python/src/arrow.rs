//! Columns of other libraries by the Arrow C data interface (PyCapsule protocol): polars, pyarrow, DuckDB and others.
//!
//! Written here because what is needed is a fraction of an Arrow library, which would double the build. Structures:
//! <https://arrow.apache.org/docs/format/CDataInterface.html>.
#![allow(unsafe_code, reason = "structures and buffers of another library, under the rules of the interface")]

use core::ffi::{CStr, c_char, c_int, c_void};
use pyo3::{
    exceptions::{PyRuntimeError, PyTypeError, PyValueError},
    prelude::*,
    types::PyCapsule,
};
use std::ptr;

#[repr(C)]
struct Schema {
    format: *const c_char,
    name: *const c_char,
    metadata: *const c_char,
    flags: i64,
    n_children: i64,
    children: *mut *mut Schema,
    dictionary: *mut Schema,
    release: Option<unsafe extern "C" fn(*mut Schema)>,
    private_data: *mut c_void,
}

#[repr(C)]
struct Chunk {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *mut *const c_void,
    children: *mut *mut Chunk,
    dictionary: *mut Chunk,
    release: Option<unsafe extern "C" fn(*mut Chunk)>,
    private_data: *mut c_void,
}

#[repr(C)]
struct Stream {
    get_schema: Option<unsafe extern "C" fn(*mut Stream, *mut Schema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut Stream, *mut Chunk) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut Stream) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut Stream)>,
    private_data: *mut c_void,
}

/// A structure that is released when dropped.
trait Released: Sized {
    /// One that holds nothing.
    fn empty() -> Self;
    fn release(&mut self);
}

macro_rules! released {
    ($type:ident { $($pointer:ident),*; $($number:ident),*; $($function:ident),* }) => {
        impl Released for $type {
            fn empty() -> Self {
                Self { $($pointer: ptr::null_mut::<c_void>().cast(),)* $($number: 0,)* $($function: None,)* }
            }

            fn release(&mut self) {
                if let Some(release) = self.release {
                    // SAFETY: the producer's own function, once: it clears `release`.
                    unsafe { release(self) }
                }
            }
        }
    };
}
released!(Schema { format, name, metadata, children, dictionary, private_data; flags, n_children; release });
released!(Chunk {
    buffers, children, dictionary, private_data; length, null_count, offset, n_buffers, n_children; release
});
released!(Stream { private_data; ; get_schema, get_next, get_last_error, release });

struct Owned<T: Released>(Box<T>);

impl<T: Released> Drop for Owned<T> {
    fn drop(&mut self) {
        self.0.release();
    }
}

// SAFETY: chunks are not changed after they were read, and the interface lets any thread release them.
unsafe impl Send for Owned<Chunk> {}
// SAFETY: the same.
unsafe impl Sync for Owned<Chunk> {}

impl<T: Released> Owned<T> {
    /// Moves a structure out of the capsule that brought it.
    fn take(capsule: &Bound<'_, PyAny>, name: &CStr) -> PyResult<Self> {
        let capsule = capsule.cast::<PyCapsule>()?;
        let pointer = capsule.pointer_checked(Some(name))?.cast::<T>().as_ptr();
        // SAFETY: a capsule of this name holds such a structure, which its taker may move out.
        Ok(Self(Box::new(unsafe { pointer.replace(T::empty()) })))
    }
}

/// Numbers of one column.
enum Values {
    F64(*const f64),
    F32(*const f32),
    I8(*const i8),
    Made(Vec<f64>),
}

/// What a column's numbers look like from outside.
pub(crate) enum Slice<'a> {
    F64(&'a [f64]),
    F32(&'a [f32]),
    I8(&'a [i8]),
}

/// Columns of one length, borrowed from their owner where they lie in one piece, without gaps, as float64, float32 or int8;
/// otherwise copied as float64, with NaN for gaps.
pub(crate) struct Table {
    columns: Vec<Values>,
    rows: usize,
    /// A series rather than a table.
    single: bool,
    /// Whose memory is borrowed.
    _chunks: Vec<Owned<Chunk>>,
}

// SAFETY: the pointers are into chunks that are kept, and are only read.
unsafe impl Send for Table {}
// SAFETY: the same.
unsafe impl Sync for Table {}

impl Table {
    /// The columns of an object that exports them; `None` for another object.
    pub(crate) fn export(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        if object.hasattr("__arrow_c_stream__")? {
            let capsule = object.call_method0("__arrow_c_stream__")?;
            let mut stream = Owned::<Stream>::take(&capsule, c"arrow_array_stream")?;
            let (schema, chunks) = drain(&mut stream.0)?;
            return Self::read(&schema.0, chunks).map(Some);
        }
        if object.hasattr("__arrow_c_array__")? {
            let (schema, chunk): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
                object.call_method0("__arrow_c_array__")?.extract()?;
            let schema = Owned::<Schema>::take(&schema, c"arrow_schema")?;
            let chunk = Owned::<Chunk>::take(&chunk, c"arrow_array")?;
            return Self::read(&schema.0, vec![chunk]).map(Some);
        }
        Ok(None)
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns of a table; `None` for a series.
    pub(crate) fn width(&self) -> Option<usize> {
        (!self.single).then_some(self.columns.len())
    }

    pub(crate) fn slices(&self) -> impl Iterator<Item = Slice<'_>> {
        // SAFETY: `rows` values lie at each pointer, in memory of a chunk that is kept.
        self.columns.iter().map(|v| unsafe {
            match v {
                Values::F64(p) => Slice::F64(core::slice::from_raw_parts(*p, self.rows)),
                Values::F32(p) => Slice::F32(core::slice::from_raw_parts(*p, self.rows)),
                Values::I8(p) => Slice::I8(core::slice::from_raw_parts(*p, self.rows)),
                Values::Made(v) => Slice::F64(v),
            }
        })
    }

    fn read(schema: &Schema, chunks: Vec<Owned<Chunk>>) -> PyResult<Self> {
        // SAFETY: a schema that was not released has a format.
        let format = unsafe { text(schema.format) };
        let single = format != "+s";
        let mut parts: Vec<Vec<Part<'_>>> = Vec::new();
        let fields = if single { vec![schema] } else { fields(schema)? };
        for (at, field) in fields.iter().enumerate() {
            let kind = Kind::of(field)?;
            let parts_of = chunks.iter().map(|chunk| Part::of(&chunk.0, (!single).then_some(at), kind));
            parts.push(parts_of.collect::<PyResult<_>>()?);
        }
        let mut rows = 0usize;
        for chunk in &chunks {
            rows = rows.saturating_add(count(chunk.0.length)?);
        }
        let columns = parts.iter().map(|parts| match parts.as_slice() {
            [part] => part.values(),
            parts => {
                let mut all = Vec::with_capacity(rows);
                parts.iter().for_each(|part| part.append(&mut all));
                Values::Made(all)
            }
        });
        let columns = columns.collect();
        drop(parts);
        Ok(Self { columns, rows, single, _chunks: chunks })
    }
}

/// The schema and all chunks of a stream.
fn drain(stream: &mut Stream) -> PyResult<(Owned<Schema>, Vec<Owned<Chunk>>)> {
    let broken = || PyValueError::new_err("the Arrow stream was released before it was read");
    let (get_schema, get_next) = (stream.get_schema.ok_or_else(broken)?, stream.get_next.ok_or_else(broken)?);
    let mut schema = Owned(Box::new(Schema::empty()));
    // SAFETY: the producer's function on its own stream, filling an empty structure.
    let status = unsafe { get_schema(stream, &raw mut *schema.0) };
    failed(stream, status)?;
    let mut chunks = Vec::new();
    loop {
        let mut chunk = Owned(Box::new(Chunk::empty()));
        // SAFETY: the same.
        let status = unsafe { get_next(stream, &raw mut *chunk.0) };
        failed(stream, status)?;
        if chunk.0.release.is_none() {
            return Ok((schema, chunks));
        }
        if chunk.0.length > 0 {
            chunks.push(chunk);
        }
    }
}

fn failed(stream: &mut Stream, status: c_int) -> PyResult<()> {
    if status == 0 {
        return Ok(());
    }
    let message = stream.get_last_error.map_or(ptr::null(), |last| {
        // SAFETY: the producer's function on its own stream, after a failure.
        unsafe { last(stream) }
    });
    // SAFETY: text that lives until the stream is used again, or null.
    let message = unsafe { text(message) };
    Err(PyRuntimeError::new_err(format!("the Arrow stream failed with status {status}: {message}")))
}

/// # Safety
/// A string of C that outlives the result, or null.
unsafe fn text<'a>(string: *const c_char) -> &'a str {
    if string.is_null() {
        return "";
    }
    // SAFETY: the caller's.
    unsafe { CStr::from_ptr(string) }.to_str().unwrap_or("?")
}

fn count(value: i64) -> PyResult<usize> {
    usize::try_from(value).map_err(|_| PyValueError::new_err(format!("an Arrow array of {value} values")))
}

/// The fields of a table.
fn fields(schema: &Schema) -> PyResult<Vec<&Schema>> {
    let n = count(schema.n_children)?;
    // SAFETY: a schema has as many children as it says, and they live as long as it does.
    (0..n).map(|i| unsafe { (*schema.children.add(i)).as_ref() }.ok_or_else(missing)).collect()
}

fn missing() -> PyErr {
    PyValueError::new_err("an Arrow array lacks a part that its schema names")
}

/// Types of numbers.
#[derive(Clone, Copy)]
enum Kind {
    Bool,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
}

impl Kind {
    fn of(field: &Schema) -> PyResult<Self> {
        // SAFETY: a schema that was not released has a format, and a name or none.
        let (format, name) = unsafe { (text(field.format), text(field.name)) };
        let kind = match format {
            "b" => Self::Bool,
            "c" => Self::I8,
            "C" => Self::U8,
            "s" => Self::I16,
            "S" => Self::U16,
            "i" => Self::I32,
            "I" => Self::U32,
            "l" => Self::I64,
            "L" => Self::U64,
            "f" => Self::F32,
            "g" => Self::F64,
            _ => return Err(PyTypeError::new_err(unfit(name, format))),
        };
        if field.dictionary.is_null() {
            Ok(kind)
        } else {
            Err(PyTypeError::new_err(unfit(name, "a dictionary")))
        }
    }
}

fn unfit(name: &str, format: &str) -> String {
    let format = match format {
        "u" | "U" | "vu" => "text",
        "n" => "nothing but gaps",
        other => other,
    };
    format!("column {name:?} holds {format}, not integers, floats or booleans")
}

/// One column of one chunk.
struct Part<'a> {
    kind: Kind,
    /// Bits of the values that there are; null where there are no gaps.
    valid: *const u8,
    data: *const c_void,
    /// First value.
    from: usize,
    rows: usize,
    _chunk: &'a Chunk,
}

impl<'a> Part<'a> {
    /// The column, or the field of a table's chunk.
    fn of(chunk: &'a Chunk, field: Option<usize>, kind: Kind) -> PyResult<Self> {
        let rows = count(chunk.length)?;
        let array = match field {
            None => chunk,
            Some(_) if chunk.null_count > 0 => {
                return Err(PyValueError::new_err("a row of the Arrow table is missing as a whole"));
            }
            Some(at) if at < count(chunk.n_children)? => {
                // SAFETY: below the number of children.
                unsafe { (*chunk.children.add(at)).as_ref() }.ok_or_else(missing)?
            }
            Some(_) => return Err(missing()),
        };
        // A table's own offset comes on top of its column's.
        let skipped = if field.is_some() { count(chunk.offset)? } else { 0 };
        if count(array.n_buffers)? < 2 || count(array.length)? < skipped.saturating_add(rows) {
            return Err(missing());
        }
        // SAFETY: an array of numbers has two buffers.
        let (valid, data) = unsafe { ((*array.buffers).cast::<u8>(), *array.buffers.add(1)) };
        if data.is_null() && rows > 0 {
            return Err(missing());
        }
        let valid = if array.null_count == 0 { ptr::null() } else { valid };
        Ok(Self {
            kind,
            valid,
            data,
            from: count(array.offset)?.saturating_add(skipped),
            rows,
            _chunk: chunk,
        })
    }

    /// Borrowed where it can be.
    fn values(&self) -> Values {
        let whole = self.valid.is_null() && self.rows > 0;
        // SAFETY: the value at `from` lies in the buffer.
        unsafe {
            match self.kind {
                Kind::F64 if whole => Values::F64(self.data.cast::<f64>().add(self.from)),
                Kind::F32 if whole => Values::F32(self.data.cast::<f32>().add(self.from)),
                Kind::I8 if whole => Values::I8(self.data.cast::<i8>().add(self.from)),
                _ => {
                    let mut all = Vec::with_capacity(self.rows);
                    self.append(&mut all);
                    Values::Made(all)
                }
            }
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "the nearest float64, as numpy does it")]
    fn append(&self, out: &mut Vec<f64>) {
        let (start, all) = (out.len(), self.from..self.from + self.rows);
        // SAFETY: `rows` values from `from` on lie in the buffer, which producers align for their type.
        unsafe {
            macro_rules! each {
                ($type:ty, $to:expr) => {{
                    let data = self.data.cast::<$type>();
                    out.extend(all.map(|i| $to(*data.add(i))));
                }};
            }
            match self.kind {
                Kind::Bool => {
                    let bits = self.data.cast::<u8>();
                    out.extend(all.map(|i| f64::from(*bits.add(i / 8) >> (i % 8) & 1)));
                }
                Kind::I8 => each!(i8, f64::from),
                Kind::U8 => each!(u8, f64::from),
                Kind::I16 => each!(i16, f64::from),
                Kind::U16 => each!(u16, f64::from),
                Kind::I32 => each!(i32, f64::from),
                Kind::U32 => each!(u32, f64::from),
                Kind::I64 => each!(i64, |x| x as f64),
                Kind::U64 => each!(u64, |x| x as f64),
                Kind::F32 => each!(f32, f64::from),
                Kind::F64 => each!(f64, f64::from),
            }
            if !self.valid.is_null() {
                for (i, x) in (self.from..).zip(out.iter_mut().skip(start)) {
                    if *self.valid.add(i / 8) >> (i % 8) & 1 == 0 {
                        *x = f64::NAN;
                    }
                }
            }
        }
    }
}
