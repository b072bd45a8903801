//! The Solidity declarations. Nothing of this module is public: the types that leave the crate are plain structs.
//!
//! Source: the ABIs of `@oceanprotocol/contracts` 2.6.0 (`artifacts/contracts/{ERC721Factory,pools/FactoryRouter,
//! templates/ERC721Template,templates/ERC20Template}.sol`), EIP-20 and EIP-721 for `Transfer` and `Approval`.
#![allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]

alloy_sol_types::sol! {
    event OrderStarted(address indexed consumer, address payer, uint256 amount, uint256 serviceIndex, uint256 timestamp, address indexed publishMarketAddress, uint256 blockNumber);
    event OrderReused(bytes32 orderTxId, address caller, uint256 timestamp, uint256 number);
    event ProviderFee(address indexed providerFeeAddress, address indexed providerFeeToken, uint256 providerFeeAmount, bytes providerData, uint8 v, bytes32 r, bytes32 s, uint256 validUntil);
    event PublishMarketFee(address indexed publishMarketFeeAddress, address indexed publishMarketFeeToken, uint256 publishMarketFeeAmount);
    event ConsumeMarketFee(address indexed consumeMarketFeeAddress, address indexed consumeMarketFeeToken, uint256 consumeMarketFeeAmount);
    event PublishMarketFeeChanged(address caller, address publishMarketFeeAddress, address publishMarketFeeToken, uint256 publishMarketFeeAmount);
    event NewPaymentCollector(address indexed caller, address indexed newPaymentCollector, uint256 timestamp, uint256 blockNumber);

    event AddedManager(address indexed user, address indexed signer, uint256 timestamp, uint256 blockNumber);
    event RemovedManager(address indexed user, address indexed signer, uint256 timestamp, uint256 blockNumber);
    event AddedToCreateERC20List(address indexed user, address indexed signer, uint256 timestamp, uint256 blockNumber);
    event RemovedFromCreateERC20List(address indexed user, address indexed signer, uint256 timestamp, uint256 blockNumber);
    event AddedToMetadataList(address indexed user, address indexed signer, uint256 timestamp, uint256 blockNumber);
    event RemovedFromMetadataList(address indexed user, address indexed signer, uint256 timestamp, uint256 blockNumber);
    event AddedTo725StoreList(address indexed user, address indexed signer, uint256 timestamp, uint256 blockNumber);
    event RemovedFrom725StoreList(address indexed user, address indexed signer, uint256 timestamp, uint256 blockNumber);
    event AddedMinter(address indexed user, address indexed signer, uint256 timestamp, uint256 blockNumber);
    event RemovedMinter(address indexed user, address indexed signer, uint256 timestamp, uint256 blockNumber);
    event AddedPaymentManager(address indexed user, address indexed signer, uint256 timestamp, uint256 blockNumber);
    event RemovedPaymentManager(address indexed user, address indexed signer, uint256 timestamp, uint256 blockNumber);

    event InstanceDeployed(address instance);
    event NFTCreated(address newTokenAddress, address indexed templateAddress, string tokenName, address indexed admin, string symbol, string tokenURI, bool transferable, address indexed creator);
    event TokenCreated(address indexed newTokenAddress, address indexed templateAddress, string name, string symbol, uint256 cap, address creator);
    event OPCFeeChanged(address indexed caller, uint256 newSwapOceanFee, uint256 newSwapNonOceanFee, uint256 newConsumeFee, uint256 newProviderFee);
    event OPCCollectorChanged(address indexed caller, address indexed newOpcCollector);

    event Approval(address indexed owner, address indexed spender, uint256 value);
    event Transfer(address indexed from, address indexed to, uint256 value);

    struct FeeOfProvider {
        address providerFeeAddress;
        address providerFeeToken;
        uint256 providerFeeAmount;
        uint8 v;
        bytes32 r;
        bytes32 s;
        uint256 validUntil;
        bytes providerData;
    }
    struct FeeOfConsumeMarket {
        address consumeMarketFeeAddress;
        address consumeMarketFeeToken;
        uint256 consumeMarketFeeAmount;
    }
    function startOrder(address consumer, uint256 serviceIndex, FeeOfProvider providerFee, FeeOfConsumeMarket consumeMarketFee);
}

/// `Transfer` of EIP-721: the same first topic, but the token id is indexed too.
pub mod erc721 {
    alloy_sol_types::sol! {
        event Transfer(address indexed from, address indexed to, uint256 indexed tokenId);
    }
}
