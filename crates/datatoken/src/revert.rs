/// Why a contract call reverts: the reasons of the original contracts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the text of each says what it is")]
pub enum Revert {
    NoData,
    ArithmeticPanic,
    NftTemplateIndex,
    NftOwnerZero,
    NotDeployErc20,
    ZeroCap,
    DatatokenTemplateIndex,
    NotNftOwner,
    NotManager,
    RemoveDeployErc20,
    RemoveMetadata,
    RemoveStore,
    NotDeployer,
    AlreadyMinter,
    AlreadyPaymentManager,
    NotMinter,
    NotPaymentManager,
    NotPublishMarket,
    PublishMarketAddressZero,
    PublishMarketTokenZero,
    NotRouterOwner,
    OpcCollectorZero,
    NotEnoughDatatokens,
    InvalidProviderFee,
    PullTooLow,
    Allowance,
    TransferBalance,
    TransferFromZero,
    TransferToZero,
    ApproveFromZero,
    ApproveToZero,
    MintToZero,
}

impl Revert {
    /// The text the contract gives; `Panic(0x11)` for arithmetic out of range, empty for a revert without data.
    ///
    /// Source: `contracts/` of Ocean's contracts 2.6.0 and OpenZeppelin 4.8 `ERC20.sol`.
    pub const fn text(self) -> &'static str {
        match self {
            Self::NoData => "",
            Self::ArithmeticPanic => "Panic(0x11)",
            Self::NftTemplateIndex => "ERC721DTFactory: Template index doesnt exist",
            Self::NftOwnerZero => "ERC721DTFactory: address(0) cannot be owner",
            Self::NotDeployErc20 => "ERC721Template: NOT ERC20DEPLOYER_ROLE",
            Self::ZeroCap => "ERC20Factory: zero cap is not allowed",
            Self::DatatokenTemplateIndex => "ERC20Factory: Template index doesnt exist",
            Self::NotNftOwner => "ERC721Template: not NFTOwner",
            Self::NotManager => "ERC721RolesAddress: NOT MANAGER",
            Self::RemoveDeployErc20 => "ERC721RolesAddress: Not enough permissions to remove from ERC20List",
            Self::RemoveMetadata => "ERC721RolesAddress: Not enough permissions to remove from metadata list",
            Self::RemoveStore => "ERC721RolesAddress: Not enough permissions to remove from 725StoreList",
            Self::NotDeployer => "ERC20Template: NOT DEPLOYER ROLE",
            Self::AlreadyMinter => "ERC20Roles:  ALREADY A MINTER",
            Self::AlreadyPaymentManager => "ERC20Roles:  ALREADY A FEE MANAGER",
            Self::NotMinter => "ERC20Template: NOT MINTER",
            Self::NotPaymentManager => "ERC20Template: NOT PAYMENT MANAGER or OWNER",
            Self::NotPublishMarket => "ERC20Template: not publishMarketFeeAddress",
            Self::PublishMarketAddressZero => "Invalid _publishMarketFeeAddress address",
            Self::PublishMarketTokenZero => "Invalid _publishMarketFeeToken address",
            Self::NotRouterOwner => "OceanRouter: NOT OWNER",
            Self::OpcCollectorZero => "New opcCollector cannot be ZERO_ADDR",
            Self::NotEnoughDatatokens => "Not enough datatokens to start Order",
            Self::InvalidProviderFee => "Invalid provider fee",
            Self::PullTooLow => "Transfer amount is too low",
            Self::Allowance => "ERC20: insufficient allowance",
            Self::TransferBalance => "ERC20: transfer amount exceeds balance",
            Self::TransferFromZero => "ERC20: transfer from the zero address",
            Self::TransferToZero => "ERC20: transfer to the zero address",
            Self::ApproveFromZero => "ERC20: approve from the zero address",
            Self::ApproveToZero => "ERC20: approve to the zero address",
            Self::MintToZero => "ERC20: mint to the zero address",
        }
    }
}
