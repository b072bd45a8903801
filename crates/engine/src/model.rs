use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::nn::loss::{MseLoss, Reduction};
use burn::tensor::activation::relu;
use burn::tensor::backend::Backend;
use burn::tensor::{Tensor, TensorData};
use countermark_proof_of_learning::{State, Tensor as Weights};

/// Dense layers with relu between them: an ordinary burn module.
#[derive(Module, Debug)]
pub(crate) struct Mlp<B: Backend> {
    layers: Vec<Linear<B>>,
}

impl<B: Backend> Mlp<B> {
    /// Layers with the weights of a state that was checked against its job.
    pub(crate) fn from_state(state: &State, device: &B::Device) -> Self {
        let layers = state.tensors.chunks_exact(2).filter_map(|pair| {
            let [w, b] = pair else { return None };
            let (i, o) = (w.rows as usize, w.columns as usize);
            let weight = Param::from_data(TensorData::new(w.values.clone(), [i, o]), device);
            let bias = Param::from_data(TensorData::new(b.values.clone(), [o]), device);
            Some(Linear { weight, bias: Some(bias) })
        });
        Self { layers: layers.collect() }
    }

    /// The state, in the order and with the names and shapes of the one before.
    pub(crate) fn to_state(&self, like: &State) -> State {
        let values = self.layers.iter().flat_map(|l| {
            let bias = l.bias.as_ref().map(|b| b.val().into_data());
            [Some(l.weight.val().into_data()), bias]
        });
        let tensors = like.tensors.iter().zip(values).map(|(t, data)| Weights {
            values: data.and_then(|d| d.into_vec::<f32>().ok()).unwrap_or_default(),
            name: t.name.clone(),
            ..*t
        });
        State { tensors: tensors.collect() }
    }

    /// Outputs `[rows, outputs]` for inputs `[rows, inputs]`.
    pub(crate) fn forward(&self, x: Tensor<B, 2>) -> Tensor<B, 2> {
        let last = self.layers.len().saturating_sub(1);
        self.layers.iter().enumerate().fold(x, |x, (i, layer)| {
            let y = layer.forward(x);
            if i < last { relu(y) } else { y }
        })
    }

    /// Mean squared error of a batch.
    pub(crate) fn loss(&self, x: Tensor<B, 2>, y: Tensor<B, 2>) -> Tensor<B, 1> {
        MseLoss::new().forward(self.forward(x), y, Reduction::Mean)
    }
}
