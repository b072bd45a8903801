#[cfg(feature = "json")]
use alloc::string::ToString;
use alloc::{format, string::String, vec::Vec};
use countermark_primitives::{Address, B256, ChainId, U256, hash};
#[cfg(feature = "json")]
use serde_json::{Map, Value, json};

/// The EIP-712 domain a signature is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Name of the signing application.
    pub name: &'static str,
    /// Version of its typed structs.
    pub version: &'static str,
    /// Chain, where the statement is about one.
    pub chain_id: Option<ChainId>,
}

/// One member of a typed struct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name, as the wallet shows it.
    pub name: &'static str,
    /// Value; its Solidity type follows from the variant.
    pub value: FieldValue,
}

/// A member's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// `string`.
    Text(String),
    /// `address`.
    Address(Address),
    /// `uint256`.
    Uint(U256),
    /// `bytes32`.
    Hash(B256),
    /// `bool`.
    Bool(bool),
}

impl FieldValue {
    fn solidity_type(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Address(_) => "address",
            Self::Uint(_) => "uint256",
            Self::Hash(_) => "bytes32",
            Self::Bool(_) => "bool",
        }
    }

    /// `encodeData` of EIP-712 for one member.
    fn word(&self) -> B256 {
        match self {
            Self::Text(s) => hash::keccak256(s.as_bytes()),
            Self::Address(a) => a.into_word(),
            Self::Uint(u) => B256::from(u.to_be_bytes::<32>()),
            Self::Hash(h) => *h,
            Self::Bool(b) => B256::with_last_byte(u8::from(*b)),
        }
    }

    #[cfg(feature = "json")]
    fn json(&self) -> Value {
        match self {
            Self::Text(s) => json!(s),
            Self::Address(a) => json!(a.to_string()),
            Self::Uint(u) => json!(u.to_string()),
            Self::Hash(h) => json!(h.to_string()),
            Self::Bool(b) => json!(b),
        }
    }
}

/// A flat EIP-712 message: one struct of atomic members, what a person reads in a wallet before signing.
///
/// ```
/// use countermark_crypto::{Domain, Field, FieldValue, TypedData};
/// let data = TypedData {
///     domain: Domain { name: "Countermark", version: "1", chain_id: None },
///     primary_type: "Greeting",
///     fields: vec![Field { name: "text", value: FieldValue::Text("hello".into()) }],
/// };
/// assert_eq!(data.type_string(), "Greeting(string text)");
/// # #[cfg(feature = "json")]
/// assert!(data.to_json().contains("\"primaryType\":\"Greeting\""));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedData {
    /// Domain.
    pub domain: Domain,
    /// Name of the struct.
    pub primary_type: &'static str,
    /// Members in declared order.
    pub fields: Vec<Field>,
}

impl TypedData {
    /// `encodeType`: the name and the members' types and names.
    pub fn type_string(&self) -> String {
        let members: Vec<String> =
            self.fields.iter().map(|f| format!("{} {}", f.value.solidity_type(), f.name)).collect();
        format!("{}({})", self.primary_type, members.join(","))
    }

    /// The digest a wallet signs: keccak256(0x1901 ‖ domain separator ‖ struct hash) (EIP-712).
    pub fn digest(&self) -> B256 {
        let mut message = hash::keccak256(self.type_string()).to_vec();
        for f in &self.fields {
            message.extend_from_slice(f.value.word().as_slice());
        }
        let (domain, message) = (self.domain_separator(), hash::keccak256(message));
        hash::keccak256([b"\x19\x01", domain.as_slice(), message.as_slice()].concat())
    }

    fn domain_separator(&self) -> B256 {
        let mut type_string = String::from("EIP712Domain(string name,string version");
        if self.domain.chain_id.is_some() {
            type_string.push_str(",uint256 chainId");
        }
        type_string.push(')');
        let mut data = hash::keccak256(type_string).to_vec();
        data.extend_from_slice(hash::keccak256(self.domain.name).as_slice());
        data.extend_from_slice(hash::keccak256(self.domain.version).as_slice());
        if let Some(id) = self.domain.chain_id {
            data.extend_from_slice(&U256::from(id.get()).to_be_bytes::<32>());
        }
        hash::keccak256(data)
    }

    /// The same message as `eth_signTypedData_v4` takes it. A view: never hashed.
    #[cfg(feature = "json")]
    pub fn to_json(&self) -> String {
        let member = |name: &str, ty: &str| json!({ "name": name, "type": ty });
        let mut domain = Map::new();
        let mut domain_type = Vec::new();
        domain.insert("name".into(), json!(self.domain.name));
        domain_type.push(member("name", "string"));
        domain.insert("version".into(), json!(self.domain.version));
        domain_type.push(member("version", "string"));
        if let Some(id) = self.domain.chain_id {
            domain.insert("chainId".into(), json!(id.get()));
            domain_type.push(member("chainId", "uint256"));
        }
        let fields: Vec<Value> =
            self.fields.iter().map(|f| member(f.name, f.value.solidity_type())).collect();
        let message: Map<String, Value> =
            self.fields.iter().map(|f| (f.name.to_string(), f.value.json())).collect();
        let mut types = Map::new();
        types.insert("EIP712Domain".into(), Value::Array(domain_type));
        types.insert(self.primary_type.into(), Value::Array(fields));
        json!({ "types": types, "primaryType": self.primary_type, "domain": domain, "message": message })
            .to_string()
    }
}
