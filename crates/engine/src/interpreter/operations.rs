//! The list of exact operations.

use super::value::{Data, broadcast, strided, strides};
use super::{Done, Interpreter};
use crate::{Error, Result};
use burn_backend::tensor::IndexingUpdateOp;
use burn_ir::{
    BaseOperationIr as Base, BinaryOpIr, FloatOperationIr as Float, ModuleOperationIr as Module,
    NumericOperationIr as Numeric, OperationIr, ScalarIr, TensorIr, UnaryOpIr,
};
use countermark_exact::{self as exact, Binary, Unary};
use countermark_primitives::Writer;

/// The name of an operation as an error shows it: `Float.Cos`.
fn name(op: &OperationIr) -> String {
    let text = format!("{op:?}");
    let head = text.split(" {").next().unwrap_or_default();
    let words = head.split(['(', ',', ')']).map(str::trim);
    let words = words.filter(|w| !w.is_empty() && !w.ends_with("Ir") && !matches!(*w, "F32" | "I32" | "I64"));
    words.collect::<Vec<_>>().join(".")
}

fn unsupported(op: &OperationIr) -> Error {
    Error::UnsupportedOperation { operation: name(op) }
}

fn scalar(s: &ScalarIr) -> f32 {
    let wide = match *s {
        ScalarIr::Float(x) => x,
        #[expect(clippy::cast_precision_loss, reason = "rounding to nearest is the definition")]
        ScalarIr::Int(x) => x as f64,
        #[expect(clippy::cast_precision_loss, reason = "rounding to nearest is the definition")]
        ScalarIr::UInt(x) => x as f64,
        ScalarIr::Bool(x) => f64::from(u8::from(x)),
    };
    #[expect(clippy::cast_possible_truncation, reason = "rounding to nearest is the definition")]
    exact::canonical(wide as f32)
}

fn attributes(f: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut w = Writer::new();
    f(&mut w);
    w.finish()
}

fn done<'a>(kind: &'static str, out: &'a TensorIr, data: Data) -> Result<Done<'a>> {
    Ok(Done { kind, attributes: Vec::new(), outputs: vec![(out, data)] })
}

fn with<'a>(kind: &'static str, attributes: Vec<u8>, out: &'a TensorIr, data: Data) -> Result<Done<'a>> {
    Ok(Done { kind, attributes, outputs: vec![(out, data)] })
}

/// `[outer, len, inner]` of a shape around an axis.
fn around(shape: &[usize], axis: usize) -> [usize; 3] {
    let product = |it: &[usize]| it.iter().product();
    let (before, rest) = shape.split_at(axis.min(shape.len()));
    match rest.split_first() {
        Some((len, after)) => [product(before), *len, product(after)],
        None => [product(before), 1, 1],
    }
}

impl Interpreter {
    fn missing(what: &'static str) -> Error {
        Error::MissingTensor { operation: what.into() }
    }

    fn any(&self, ir: &TensorIr) -> Result<(&[usize], &Data)> {
        let v = self.tensors.get(&ir.id.value()).ok_or_else(|| Self::missing("read"))?;
        Ok((v.shape(), v.data()))
    }

    fn float(&self, ir: &TensorIr) -> Result<(&[usize], &[f32])> {
        match self.any(ir)? {
            (s, Data::Float(v)) => Ok((s, v)),
            _ => Err(Error::UnsupportedType { operation: "float".into(), dtype: format!("{:?}", ir.dtype) }),
        }
    }

    fn int(&self, ir: &TensorIr) -> Result<(&[usize], &[i64])> {
        match self.any(ir)? {
            (s, Data::Int(v)) => Ok((s, v)),
            _ => Err(Error::UnsupportedType { operation: "int".into(), dtype: format!("{:?}", ir.dtype) }),
        }
    }

    fn truth(&self, ir: &TensorIr) -> Result<&[bool]> {
        match self.any(ir)? {
            (_, Data::Bool(v)) => Ok(v),
            _ => Err(Error::UnsupportedType { operation: "bool".into(), dtype: format!("{:?}", ir.dtype) }),
        }
    }

    pub(super) fn execute<'a>(&self, op: &'a OperationIr) -> Result<Done<'a>> {
        match op {
            OperationIr::Init(d) => Ok(Done {
                kind: "init",
                attributes: Vec::new(),
                outputs: vec![(&d.out, self.any(&d.out)?.1.clone())],
            }),
            OperationIr::BaseFloat(b) | OperationIr::BaseInt(b) | OperationIr::BaseBool(b) => {
                self.base(op, b)
            }
            OperationIr::NumericFloat(_, n) => self.numeric(op, n),
            OperationIr::Float(_, f) => self.function(op, f),
            OperationIr::Module(m) => self.module(op, m),
            _ => Err(unsupported(op)),
        }
    }

    /// Data movement and comparison.
    fn base<'a>(&self, op: &'a OperationIr, base: &'a Base) -> Result<Done<'a>> {
        match base {
            Base::Reshape(d) => done("reshape", &d.out, self.any(&d.input)?.1.clone()),
            Base::SwapDims(d) => {
                let (shape, _) = self.any(&d.input)?;
                let mut axes: Vec<usize> = (0..shape.len()).collect();
                if d.dim1.max(d.dim2) < axes.len() {
                    axes.swap(d.dim1, d.dim2);
                }
                self.permute("swap_dims", &d.input, &axes, &d.out)
            }
            Base::Permute(d) => self.permute("permute", &d.input, &d.axes, &d.out),
            Base::Expand(d) => {
                let (shape, data) = self.any(&d.input)?;
                let out = d.out.shape.to_vec();
                let read = broadcast(shape, &out).ok_or_else(|| unsupported(op))?;
                done("expand", &d.out, data.pick(&strided(&out, &read)))
            }
            Base::Gather(d) => {
                let (shape, x) = self.float(&d.tensor)?;
                let (picks, index) = self.int(&d.indices)?;
                let [_, picks, _] = around(picks, d.dim);
                let out = exact::gather(x, around(shape, d.dim), index, picks)?;
                with("gather", attributes(|w| w.count(d.dim)), &d.out, Data::Float(out))
            }
            Base::Scatter(d) if matches!(d.update, IndexingUpdateOp::Add) => {
                let (shape, x) = self.float(&d.tensor)?;
                let (picks, index) = self.int(&d.indices)?;
                let (_, value) = self.float(&d.value)?;
                let [_, picks, _] = around(picks, d.dim);
                let out = exact::scatter_add(x, around(shape, d.dim), index, value, picks)?;
                with("scatter_add", attributes(|w| w.count(d.dim)), &d.out, Data::Float(out))
            }
            Base::MaskFill(d) => {
                let (_, x) = self.float(&d.tensor)?;
                let fill = scalar(&d.value);
                let mask = self.truth(&d.mask)?;
                let out = x.iter().zip(mask).map(|(v, m)| if *m { fill } else { *v }).collect();
                with("mask_fill", attributes(|w| w.f32(fill)), &d.out, Data::Float(out))
            }
            Base::MaskWhere(d) => {
                let ((_, x), (_, y)) = (self.float(&d.tensor)?, self.float(&d.value)?);
                let mask = self.truth(&d.mask)?;
                let out = x.iter().zip(y).zip(mask).map(|((v, y), m)| if *m { *y } else { *v }).collect();
                done("mask_where", &d.out, Data::Float(out))
            }
            Base::EqualElem(d) => self.compare("equal_elem", &d.lhs, &d.rhs, &d.out, |a, b| a == b),
            Base::Ones(d) if matches!(op, OperationIr::BaseFloat(_)) => self.fill("ones", 1.0, &d.out),
            Base::Zeros(d) if matches!(op, OperationIr::BaseFloat(_)) => self.fill("zeros", 0.0, &d.out),
            _ => Err(unsupported(op)),
        }
    }

    fn fill<'a>(&self, kind: &'static str, value: f32, out: &'a TensorIr) -> Result<Done<'a>> {
        let data = Data::Float(vec![value; out.shape.num_elements()]);
        with(kind, attributes(|w| w.f32(value)), out, data)
    }

    fn permute<'a>(
        &self,
        kind: &'static str,
        input: &TensorIr,
        axes: &[usize],
        out: &'a TensorIr,
    ) -> Result<Done<'a>> {
        let (shape, data) = self.any(input)?;
        let own = strides(shape);
        let read: Option<Vec<usize>> = axes.iter().map(|a| own.get(*a).copied()).collect();
        let read = read.ok_or_else(|| Self::missing(kind))?;
        let picked = data.pick(&strided(&out.shape.to_vec(), &read));
        with(kind, attributes(|w| w.list(axes, |w, a| w.count(*a))), out, picked)
    }

    fn compare<'a>(
        &self,
        kind: &'static str,
        x: &TensorIr,
        with_: &ScalarIr,
        out: &'a TensorIr,
        f: fn(f32, f32) -> bool,
    ) -> Result<Done<'a>> {
        let y = scalar(with_);
        let data = Data::Bool(self.float(x)?.1.iter().map(|v| f(*v, y)).collect());
        with(kind, attributes(|w| w.f32(y)), out, data)
    }

    fn binary<'a>(&self, kind: &'static str, f: Binary, d: &'a BinaryOpIr) -> Result<Done<'a>> {
        let ((ls, l), (rs, r)) = (self.float(&d.lhs)?, self.float(&d.rhs)?);
        if ls == rs {
            return done(kind, &d.out, Data::Float(exact::binary(f, l, r)?));
        }
        let out = d.out.shape.to_vec();
        let side = |shape: &[usize], x: &[f32]| -> Result<Vec<f32>> {
            let read = broadcast(shape, &out).ok_or_else(|| Self::missing(kind))?;
            Ok(strided(&out, &read).into_iter().filter_map(|i| x.get(i)).copied().collect())
        };
        done(kind, &d.out, Data::Float(exact::binary(f, &side(ls, l)?, &side(rs, r)?)?))
    }

    fn binary_scalar<'a>(
        &self,
        kind: &'static str,
        f: Binary,
        d: &'a burn_ir::ScalarOpIr,
    ) -> Result<Done<'a>> {
        let y = scalar(&d.rhs);
        let data = Data::Float(self.float(&d.lhs)?.1.iter().map(|v| f.apply(*v, y)).collect());
        with(kind, attributes(|w| w.f32(y)), &d.out, data)
    }

    fn unary<'a>(&self, kind: &'static str, f: Unary, d: &'a UnaryOpIr) -> Result<Done<'a>> {
        done(kind, &d.out, Data::Float(exact::unary(self.exec, f, self.float(&d.input)?.1)))
    }

    /// x·x·...·x, multiplied from the left.
    fn power<'a>(&self, op: &'a OperationIr, d: &'a burn_ir::ScalarOpIr) -> Result<Done<'a>> {
        let e = scalar(&d.rhs);
        let Some(times) = (1u8..=16).find(|n| f32::from(*n) == e) else { return Err(unsupported(op)) };
        let power = |x: &f32| (1..times).fold(*x, |acc, _| Binary::Mul.apply(acc, *x));
        let data = Data::Float(self.float(&d.lhs)?.1.iter().map(power).collect());
        with("power", attributes(|w| w.u8(times)), &d.out, data)
    }

    fn numeric<'a>(&self, op: &'a OperationIr, n: &'a Numeric) -> Result<Done<'a>> {
        let axis = |a: usize| attributes(|w| w.count(a));
        match n {
            Numeric::Add(d) => self.binary("add", Binary::Add, d),
            Numeric::Sub(d) => self.binary("sub", Binary::Sub, d),
            Numeric::Mul(d) => self.binary("mul", Binary::Mul, d),
            Numeric::Div(d) => self.binary("div", Binary::Div, d),
            Numeric::AddScalar(d) => self.binary_scalar("add_scalar", Binary::Add, d),
            Numeric::SubScalar(d) => self.binary_scalar("sub_scalar", Binary::Sub, d),
            Numeric::MulScalar(d) => self.binary_scalar("mul_scalar", Binary::Mul, d),
            Numeric::DivScalar(d) => self.binary_scalar("div_scalar", Binary::Div, d),
            Numeric::PowiScalar(d) => self.power(op, d),
            Numeric::Abs(d) => self.unary("abs", Unary::Abs, d),
            Numeric::Full(d) => self.fill("full", scalar(&d.value), &d.out),
            Numeric::Sum(d) => done("sum", &d.out, Data::Float(vec![exact::sum(self.float(&d.input)?.1)])),
            Numeric::Mean(d) => {
                done("mean", &d.out, Data::Float(vec![exact::mean(self.float(&d.input)?.1)?]))
            }
            Numeric::Max(d) => done("max", &d.out, Data::Float(vec![exact::max(self.float(&d.input)?.1)?.0])),
            Numeric::SumDim(d) => {
                let (shape, x) = self.float(&d.input)?;
                with("sum_dim", axis(d.axis), &d.out, Data::Float(exact::sum_dim(x, around(shape, d.axis))?))
            }
            Numeric::MeanDim(d) => {
                let (shape, x) = self.float(&d.input)?;
                with(
                    "mean_dim",
                    axis(d.axis),
                    &d.out,
                    Data::Float(exact::mean_dim(x, around(shape, d.axis))?),
                )
            }
            Numeric::MaxDim(d) => {
                let (shape, x) = self.float(&d.input)?;
                with(
                    "max_dim",
                    axis(d.axis),
                    &d.out,
                    Data::Float(exact::max_dim(x, around(shape, d.axis))?.0),
                )
            }
            Numeric::GreaterElem(d) => self.compare("greater_elem", &d.lhs, &d.rhs, &d.out, |a, b| a > b),
            Numeric::GreaterEqualElem(d) => {
                self.compare("greater_equal_elem", &d.lhs, &d.rhs, &d.out, |a, b| a >= b)
            }
            Numeric::LowerElem(d) => self.compare("lower_elem", &d.lhs, &d.rhs, &d.out, |a, b| a < b),
            Numeric::LowerEqualElem(d) => {
                self.compare("lower_equal_elem", &d.lhs, &d.rhs, &d.out, |a, b| a <= b)
            }
            _ => Err(unsupported(op)),
        }
    }

    fn function<'a>(&self, op: &'a OperationIr, f: &'a Float) -> Result<Done<'a>> {
        match f {
            Float::Exp(d) => self.unary("exp", Unary::Exp, d),
            Float::Log(d) => self.unary("log", Unary::Log, d),
            Float::Sqrt(d) => self.unary("sqrt", Unary::Sqrt, d),
            Float::Tanh(d) => self.unary("tanh", Unary::Tanh, d),
            Float::Recip(d) => self.unary("recip", Unary::Recip, d),
            Float::PowfScalar(d) => self.power(op, d),
            Float::Matmul(d) => {
                let ((ls, l), (rs, r)) = (self.float(&d.lhs)?, self.float(&d.rhs)?);
                match (ls, rs) {
                    ([m, k], [k2, n]) if k == k2 => {
                        done("matmul", &d.out, Data::Float(exact::matmul(self.exec, l, r, *m, *k, *n)?))
                    }
                    _ => Err(unsupported(op)),
                }
            }
            _ => Err(unsupported(op)),
        }
    }

    /// Dense layers: y = x·W + b, x `[..., i]`, W `[i, o]`, b `[o]`, and their gradients.
    fn module<'a>(&self, op: &'a OperationIr, m: &'a Module) -> Result<Done<'a>> {
        let flat = |shape: &[usize]| -> (usize, usize) {
            let last = shape.last().copied().unwrap_or(1);
            (shape.iter().rev().skip(1).product(), last)
        };
        match m {
            Module::Linear(d) => {
                let ((xs, x), (ws, w)) = (self.float(&d.x)?, self.float(&d.weight)?);
                let ((rows, i), (_, o)) = (flat(xs), flat(ws));
                let mut y = exact::matmul(self.exec, x, w, rows, i, o)?;
                if let Some(b) = &d.bias {
                    let (_, b) = self.float(b)?;
                    for line in y.chunks_exact_mut(o.max(1)) {
                        line.iter_mut().zip(b).for_each(|(v, b)| *v = Binary::Add.apply(*v, *b));
                    }
                }
                done("linear", &d.out, Data::Float(y))
            }
            Module::LinearXBackward(d) => {
                let ((ws, w), (gs, g)) = (self.float(&d.weight)?, self.float(&d.output_grad)?);
                let ((i, _), (rows, o)) = (flat(ws), flat(gs));
                done("linear_x_backward", &d.out, Data::Float(exact::matmul_nt(self.exec, g, w, rows, o, i)?))
            }
            Module::LinearWeightBackward(d) => {
                let ((xs, x), (gs, g)) = (self.float(&d.x)?, self.float(&d.output_grad)?);
                let ((rows, i), (_, o)) = (flat(xs), flat(gs));
                let out = exact::matmul_tn(self.exec, x, g, i, rows, o)?;
                done("linear_weight_backward", &d.out, Data::Float(out))
            }
            Module::LinearBiasBackward(d) => {
                let (gs, g) = self.float(&d.output_grad)?;
                let (rows, o) = flat(gs);
                done("linear_bias_backward", &d.out, Data::Float(exact::sum_dim(g, [1, rows, o])?))
            }
            _ => Err(unsupported(op)),
        }
    }
}
