fn main(){println!("{}", revm::primitives::keccak256(b"x"));}
