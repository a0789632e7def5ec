//! Public certification authorities, by the names of their roots.

use sha2::{Digest, Sha256};
use x509_parser::x509::X509Name;

use crate::certificate::der::Element;
use crate::certificate::parsed::Parsed;

/// Whether a root of Mozilla's list issued the certificate.
pub(super) fn is_issuer_of(certificate: &Parsed<'_>) -> bool {
    is_root(certificate.x509.issuer())
}

fn is_root(name: &X509Name<'_>) -> bool {
    let attributes = Element::first(name.as_raw()).map_or(&[][..], |sequence| sequence.content);
    ROOTS.binary_search(&shortened(attributes)).is_ok()
}

/// The first eight bytes of the SHA-256 of a name's DER, without the tag and length around it: enough to know it again.
fn shortened(attributes: &[u8]) -> u64 {
    let digest: [u8; 32] = Sha256::digest(attributes).into();
    digest.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

/// The roots that Mozilla trusts for servers, from the crate webpki-roots, in rising order. The test below says what it should be.
const ROOTS: &[u64] = &[
    0x0107_73EF_F704_D65F,
    0x0114_CF73_E440_46FB,
    0x01D8_E703_F5D7_254B,
    0x0262_E561_A365_B665,
    0x033A_E9D1_0746_42E8,
    0x03E5_AD2A_3244_57AE,
    0x0639_C801_FFEC_FE4B,
    0x0736_5350_FF37_000D,
    0x084E_19F4_D0A2_8D66,
    0x0957_4EE4_68E3_4C0C,
    0x0BCF_EE97_0A04_C6B9,
    0x11C3_E31E_6606_62FF,
    0x1469_3F1E_9366_E974,
    0x1486_88B6_25CA_B016,
    0x1515_9589_78FC_D2C9,
    0x1A58_C395_B1E4_AA61,
    0x2081_D5E1_092B_3860,
    0x20F0_495F_B696_4EFA,
    0x2671_7DEF_7214_2954,
    0x27F4_667E_B811_9734,
    0x2ABC_CD57_7605_F02D,
    0x381D_13F5_262B_C2E3,
    0x3BB5_B160_9FA8_C6D3,
    0x3E2A_5521_FFD1_FAAD,
    0x3F3D_6048_2BED_1A22,
    0x4612_DA90_A61B_87AD,
    0x46DF_5BA5_B96D_E384,
    0x480D_76E5_0088_A1B4,
    0x4AF0_305B_FF4E_030A,
    0x4CAE_F0D5_23AF_1CAC,
    0x4CBF_4581_CABD_BC1D,
    0x5566_3147_A6D8_701E,
    0x56C5_227B_F611_0C30,
    0x5702_01CF_DA2E_D938,
    0x57B2_3FB9_FE16_7BB9,
    0x5A79_4215_174D_8E67,
    0x5FD6_14C5_37C5_FD7F,
    0x60AE_39AC_87DE_A7A3,
    0x61AE_BCF1_180B_2C7C,
    0x6255_46F7_ED90_829A,
    0x6BA9_69C3_0DC9_4168,
    0x6BD1_B509_0525_58A9,
    0x6DB8_4C58_116B_45AB,
    0x6DF0_3AC5_784B_1300,
    0x6E04_53F6_5C73_FC1F,
    0x6F94_D8C6_EB66_C991,
    0x6FA0_1564_0FA0_AFDC,
    0x6FF5_C6CF_44B2_1D2B,
    0x7129_1CDB_0852_9DEF,
    0x7271_63B2_BA95_357F,
    0x75F9_A597_C9B3_F451,
    0x7668_0216_9881_3A5F,
    0x7A0F_F185_CCF3_BD60,
    0x7AB2_E00F_D8ED_1C83,
    0x80F6_6FF6_7247_D89D,
    0x816C_5D5C_4BD7_7F2B,
    0x829B_48F1_D454_39D4,
    0x8A19_CD72_A3A8_D6F7,
    0x8B86_99D4_69FD_2D7E,
    0x8B8C_425D_A5C4_6D95,
    0x8BCA_8ACE_6F22_8996,
    0x8C60_88E2_7213_E2B0,
    0x8CCB_7E91_D018_02C3,
    0x8ECB_7B3F_099C_A06C,
    0x917C_237A_71E1_EE1B,
    0x917D_8AF0_441D_9C63,
    0x92E8_5508_F1AF_2978,
    0x985E_6C44_C9EF_DCCF,
    0x99DC_074A_FF27_4C51,
    0x9B2B_3A5F_158B_A8C8,
    0x9C05_AEC6_2E30_66E0,
    0x9EEA_E6FA_7EBD_38EA,
    0x9F7D_6AD7_3D2B_E172,
    0xA2C6_975C_552A_2AAA,
    0xA53C_4F5F_61D5_F33F,
    0xAB13_4622_7B33_7DF7,
    0xABE6_5DFA_8154_A03B,
    0xACAF_9E59_1126_FEC8,
    0xAEA3_AD39_6D8A_F1D2,
    0xB385_E56D_752A_5CC8,
    0xB5BB_94E4_65D6_5650,
    0xB7E6_B745_DA84_6C65,
    0xB818_6B2D_9F48_AAAA,
    0xBADF_6747_47AA_2B6E,
    0xBB42_843E_D953_D198,
    0xBD4D_0C44_9B6E_9AA7,
    0xC800_A13D_85D8_20CA,
    0xC946_4589_046E_D2C1,
    0xCA80_BB54_CF63_35A9,
    0xCB11_E9F4_9324_5304,
    0xCC35_352A_F789_0F02,
    0xCE4F_D606_2D12_30A8,
    0xCEAC_1B6F_3DD5_D317,
    0xD03B_3DA5_7B52_F12E,
    0xD05E_C661_44F6_8BB4,
    0xD265_1D11_635E_6382,
    0xD4AC_4A22_1A2B_C2E7,
    0xD645_E1B7_119E_D72B,
    0xDB6E_5BCF_3778_38A6,
    0xDBAA_AE96_A8BE_F358,
    0xDC36_AA21_496D_5632,
    0xDCAC_54EF_5E1B_D5DE,
    0xE07F_35D2_CF05_3E50,
    0xE0F5_6F21_8EA8_C65E,
    0xE341_0BB7_7613_A848,
    0xE421_0F54_EBE0_D53F,
    0xE426_D6F1_7336_95C6,
    0xE699_D4B0_3E92_0A79,
    0xE96A_2E26_F5AE_0DF7,
    0xEA91_E50E_030E_E92C,
    0xEAFA_37A9_EBA9_9D31,
    0xEEB5_80F6_B11E_9392,
    0xEEC9_7B5F_E152_7E51,
    0xEEFF_DF46_CF84_DE04,
    0xF976_77C9_BCD0_5CF2,
    0xF9FA_73A6_58EA_E21A,
    0xF9FB_F294_6F36_CF1F,
    0xFB2C_B15C_DE30_FDE6,
    0xFD2C_9B09_D87E_1694,
    0xFD8B_3DFE_4730_5A58,
];

// The crate with the list is there for native tests only.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn the_roots_are_those_of_mozilla() {
        let mut roots: Vec<u64> = webpki_roots::TLS_SERVER_ROOTS.iter().map(|root| shortened(&root.subject)).collect();
        roots.sort_unstable();
        roots.dedup();
        let groups = |root: &u64| [48, 32, 16, 0].map(|shift| format!("{:04X}", (root >> shift) & 0xFFFF)).join("_");
        let written: Vec<String> = roots.iter().map(|root| format!("    0x{},", groups(root))).collect();
        assert!(roots == ROOTS, "replace the table by:\n{}", written.join("\n"));
    }
}
