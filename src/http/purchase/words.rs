//! Every text of the pages, in every language that they speak. A text that lacks a translation does not compile.
//!
//! Must not know where a text stands, nor what a page is made of.

use crate::cart::Locale;

/// The texts of one language.
pub(super) struct Words {
    /// The language, as HTML names it.
    pub(super) lang: &'static str,

    pub(super) your_cart: &'static str,
    pub(super) footer: &'static str,

    pub(super) item: &'static str,
    pub(super) price: &'static str,
    pub(super) quantity: &'static str,
    pub(super) sum: &'static str,
    pub(super) total: &'static str,
    pub(super) saved: &'static str,
    pub(super) saved_note: &'static str,
    pub(super) unavailable: &'static str,
    pub(super) sold_by: fn(&str) -> String,
    pub(super) at_most: fn(u32) -> String,
    pub(super) condition_new: &'static str,
    pub(super) condition_used: &'static str,
    pub(super) condition_collectible: &'static str,
    pub(super) condition_refurbished: &'static str,
    pub(super) credited: &'static str,
    pub(super) cart_number: &'static str,

    pub(super) merge_title: &'static str,
    pub(super) merge_lead: &'static str,
    pub(super) merge_into_cart: &'static str,
    pub(super) merge_and_check_out: &'static str,
    pub(super) nothing_active: &'static str,

    pub(super) add_lead: &'static str,
    pub(super) cannot_be_added: &'static str,
    pub(super) not_sold: &'static str,
    pub(super) bad_quantity: fn(u32) -> String,
    pub(super) nothing_to_add_title: &'static str,
    pub(super) nothing_to_add: &'static str,
    pub(super) cart_full_title: &'static str,
    pub(super) cart_full: &'static str,

    pub(super) cart_empty: &'static str,
    pub(super) update: &'static str,
    pub(super) remove: &'static str,
    pub(super) save_for_later: &'static str,
    pub(super) move_to_cart: &'static str,
    pub(super) proceed: &'static str,
    /// What a control does to which line, for those who do not see where it stands: the control's text, then the title.
    pub(super) of_line: fn(&str, &str) -> String,

    pub(super) checkout_title: &'static str,
    pub(super) checkout_lead: &'static str,
    pub(super) credits_title: &'static str,
    pub(super) credits_amount: &'static str,
    pub(super) place_order: &'static str,
    pub(super) nothing_to_buy: &'static str,
    pub(super) cart_changed: &'static str,
    pub(super) ordered_title: &'static str,
    pub(super) ordered_lead: &'static str,
    pub(super) order_number: &'static str,

    pub(super) unknown_title: &'static str,
    pub(super) unknown: &'static str,
    pub(super) gone_title: &'static str,
    pub(super) gone: &'static str,
    pub(super) empty_title: &'static str,
    pub(super) empty: &'static str,
    pub(super) incomplete_title: &'static str,
    pub(super) incomplete: &'static str,
    pub(super) forged_title: &'static str,
    pub(super) forged: &'static str,
    pub(super) trouble_title: &'static str,
    pub(super) trouble: &'static str,
    pub(super) no_page_title: &'static str,
    pub(super) no_page: &'static str,
    pub(super) wrong_method_title: &'static str,
    pub(super) wrong_method: &'static str,
    pub(super) unreadable_title: &'static str,
    pub(super) unreadable: &'static str,
}

impl Words {
    /// The texts for a site: in its language where it is one of ours, else in English.
    pub(super) const fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::De => &GERMAN,
            Locale::Jp => &JAPANESE,
            Locale::Us
            | Locale::Uk
            | Locale::Ca
            | Locale::Fr
            | Locale::Cn
            | Locale::Es
            | Locale::It
            | Locale::In
            | Locale::Br
            | Locale::Mx
            | Locale::Au => &ENGLISH,
        }
    }

    /// A condition as the catalogue spells it. One that nobody has heard of stays as it is.
    pub(super) fn condition<'a>(&self, condition: &'a str) -> &'a str {
        match condition {
            "New" => self.condition_new,
            "Used" => self.condition_used,
            "Collectible" => self.condition_collectible,
            "Refurbished" => self.condition_refurbished,
            other => other,
        }
    }
}

static ENGLISH: Words = Words {
    lang: "en",
    your_cart: "Your cart",
    footer: "This is Cartwright, a stand-in for tests. Nothing is sold here: no money moves, and nothing is sent.",
    item: "Item",
    price: "Price",
    quantity: "Quantity",
    sum: "Sum",
    total: "Total",
    saved: "Saved for later",
    saved_note: "These come along to your saved items and are not part of the total.",
    unavailable: "Not available now",
    sold_by: |seller| format!("Sold by {seller}"),
    at_most: |most| format!("At most {most} can be bought at once"),
    condition_new: "New",
    condition_used: "Used",
    condition_collectible: "Collectible",
    condition_refurbished: "Refurbished",
    credited: "Associate who earns the credit",
    cart_number: "Cart number",
    merge_title: "Put these items into your cart?",
    merge_lead: "They were put together for you in another shop. Nothing is bought yet.",
    merge_into_cart: "Put into my cart",
    merge_and_check_out: "Continue to checkout",
    nothing_active: "None of these items can be bought now. They will be waiting among your saved items.",
    add_lead: "Another page proposes them to you. Nothing is bought yet.",
    cannot_be_added: "Not possible",
    not_sold: "This shop does not have it.",
    bad_quantity: |most| format!("The quantity must be a number from 1 to {most}."),
    nothing_to_add_title: "Nothing can be added",
    nothing_to_add: "This shop has none of the items that were proposed to you.",
    cart_full_title: "Your cart is full",
    cart_full: "Please buy or remove something first. Nothing was added.",
    cart_empty: "Your cart is empty.",
    update: "Update",
    remove: "Remove",
    save_for_later: "Save for later",
    move_to_cart: "Move to cart",
    proceed: "Proceed to checkout",
    of_line: |control, title| format!("{control}: {title}"),
    checkout_title: "Checkout",
    checkout_lead: "This is what you are about to buy.",
    credits_title: "Who earns the credit",
    credits_amount: "For purchases of",
    place_order: "Place the order",
    nothing_to_buy: "There is nothing in your cart that can be bought now.",
    cart_changed: "Your cart or its prices have changed in the meantime, and nothing was bought. Please look it over again.",
    ordered_title: "Thank you for your order",
    ordered_lead: "It is noted. As this is a stand-in, you pay nothing and nothing will be sent.",
    order_number: "Order number",
    unknown_title: "We cannot find this cart",
    unknown: "The link may be incomplete or mistyped, or the cart may have been left alone for too long. Please go back to where you found the link and try again.",
    gone_title: "This cart has already been handed over",
    gone: "Its items went into the cart of whoever confirmed it. If that was you, they are waiting in your cart.",
    empty_title: "This cart is empty",
    empty: "There is nothing in it that could go into your cart. Please go back to where you found the link and choose something.",
    incomplete_title: "This link is incomplete",
    incomplete: "It was probably cut off on its way. What it lacks:",
    forged_title: "This did not come from one of our pages",
    forged: "To be safe, nothing was done. Please open the page again and try once more.",
    trouble_title: "Please try again in a moment",
    trouble: "The shop cannot reach its carts at the moment. If you had just confirmed something, look into your cart before you do so again.",
    no_page_title: "There is no such page",
    no_page: "The address may be mistyped, or the page may have moved.",
    wrong_method_title: "This page cannot be used that way",
    wrong_method: "Please go back and use the buttons on the page.",
    unreadable_title: "This request cannot be read",
    unreadable: "It is too large, or it did not arrive whole.",
};

static GERMAN: Words = Words {
    lang: "de",
    your_cart: "Ihr Einkaufswagen",
    footer: "Dies ist Cartwright, eine Attrappe für Tests. Hier wird nichts verkauft: Es fließt kein Geld, und nichts wird verschickt.",
    item: "Artikel",
    price: "Preis",
    quantity: "Menge",
    sum: "Betrag",
    total: "Summe",
    saved: "Für später gemerkt",
    saved_note: "Diese Artikel kommen zu Ihren gemerkten Artikeln und zählen nicht zur Summe.",
    unavailable: "Zurzeit nicht lieferbar",
    sold_by: |seller| format!("Verkauf durch {seller}"),
    at_most: |most| format!("Höchstens {most} Stück auf einmal"),
    condition_new: "Neu",
    condition_used: "Gebraucht",
    condition_collectible: "Sammlerstück",
    condition_refurbished: "Generalüberholt",
    credited: "Partner, dem der Kauf gutgeschrieben wird",
    cart_number: "Nummer des Warenkorbs",
    merge_title: "Diese Artikel in Ihren Einkaufswagen legen?",
    merge_lead: "Sie wurden in einem anderen Shop für Sie zusammengestellt. Noch ist nichts gekauft.",
    merge_into_cart: "In meinen Einkaufswagen",
    merge_and_check_out: "Weiter zur Kasse",
    nothing_active: "Keiner dieser Artikel ist zurzeit lieferbar. Sie finden sie dann unter Ihren gemerkten Artikeln.",
    add_lead: "Eine andere Seite schlägt sie Ihnen vor. Noch ist nichts gekauft.",
    cannot_be_added: "Nicht möglich",
    not_sold: "Diesen Artikel führt der Shop nicht.",
    bad_quantity: |most| format!("Die Menge muss eine Zahl von 1 bis {most} sein."),
    nothing_to_add_title: "Nichts davon ist zu haben",
    nothing_to_add: "Der Shop führt keinen der Artikel, die Ihnen vorgeschlagen wurden.",
    cart_full_title: "Ihr Einkaufswagen ist voll",
    cart_full: "Bitte kaufen oder entfernen Sie zuerst etwas. Es kam nichts hinzu.",
    cart_empty: "Ihr Einkaufswagen ist leer.",
    update: "Ändern",
    remove: "Entfernen",
    save_for_later: "Für später merken",
    move_to_cart: "In den Einkaufswagen",
    proceed: "Zur Kasse",
    of_line: |control, title| format!("{control}: {title}"),
    checkout_title: "Kasse",
    checkout_lead: "Das kaufen Sie, wenn Sie die Bestellung abschicken.",
    credits_title: "Wem der Kauf gutgeschrieben wird",
    credits_amount: "Für Käufe von",
    place_order: "Bestellung abschicken",
    nothing_to_buy: "In Ihrem Einkaufswagen ist nichts, was zurzeit gekauft werden kann.",
    cart_changed: "Ihr Einkaufswagen oder seine Preise haben sich inzwischen geändert; es wurde nichts gekauft. Bitte sehen Sie ihn noch einmal durch.",
    ordered_title: "Danke für Ihre Bestellung",
    ordered_lead: "Sie ist vermerkt. Da dies eine Attrappe ist, zahlen Sie nichts, und nichts wird verschickt.",
    order_number: "Bestellnummer",
    unknown_title: "Diesen Warenkorb finden wir nicht",
    unknown: "Der Link ist vielleicht unvollständig oder falsch abgeschrieben, oder der Warenkorb blieb zu lange liegen. Bitte gehen Sie dorthin zurück, wo Sie den Link gefunden haben, und versuchen Sie es noch einmal.",
    gone_title: "Dieser Warenkorb wurde schon übernommen",
    gone: "Seine Artikel liegen im Einkaufswagen desjenigen, der ihn bestätigt hat. Waren Sie das, so finden Sie sie in Ihrem Einkaufswagen.",
    empty_title: "Dieser Warenkorb ist leer",
    empty: "Er enthält nichts, was in Ihren Einkaufswagen kommen könnte. Bitte gehen Sie dorthin zurück, wo Sie den Link gefunden haben, und wählen Sie etwas aus.",
    incomplete_title: "Dieser Link ist unvollständig",
    incomplete: "Er wurde wohl unterwegs abgeschnitten. Es fehlt:",
    forged_title: "Das kam nicht von einer unserer Seiten",
    forged: "Sicherheitshalber wurde nichts getan. Bitte öffnen Sie die Seite neu und versuchen Sie es noch einmal.",
    trouble_title: "Bitte versuchen Sie es gleich noch einmal",
    trouble: "Der Shop erreicht seine Warenkörbe zurzeit nicht. Falls Sie gerade etwas bestätigt haben, sehen Sie erst in Ihren Einkaufswagen.",
    no_page_title: "Diese Seite gibt es nicht",
    no_page: "Vielleicht ist die Adresse falsch geschrieben, oder die Seite ist umgezogen.",
    wrong_method_title: "So lässt sich diese Seite nicht benutzen",
    wrong_method: "Bitte gehen Sie zurück und benutzen Sie die Schaltflächen der Seite.",
    unreadable_title: "Diese Anfrage ist nicht lesbar",
    unreadable: "Sie ist zu groß oder kam nicht vollständig an.",
};

static JAPANESE: Words = Words {
    lang: "ja",
    your_cart: "カート",
    footer: "これはテスト用の代役サーバー Cartwright です。実際の販売は行いません。代金は発生せず、商品も発送されません。",
    item: "商品",
    price: "価格",
    quantity: "数量",
    sum: "小計",
    total: "合計",
    saved: "あとで買う",
    saved_note: "これらは「あとで買う」リストに入り、合計には含まれません。",
    unavailable: "現在お取り扱いできません",
    sold_by: |seller| format!("販売：{seller}"),
    at_most: |most| format!("一度に購入できるのは{most}点までです"),
    condition_new: "新品",
    condition_used: "中古品",
    condition_collectible: "コレクター商品",
    condition_refurbished: "再生品",
    credited: "紹介料を受け取るアソシエイト",
    cart_number: "カート番号",
    merge_title: "これらの商品をカートに入れますか？",
    merge_lead: "ほかのお店で選ばれた商品です。まだ購入は確定していません。",
    merge_into_cart: "カートに入れる",
    merge_and_check_out: "レジに進む",
    nothing_active: "現在購入できる商品はありません。商品は「あとで買う」リストに入ります。",
    add_lead: "ほかのページから紹介された商品です。まだ購入は確定していません。",
    cannot_be_added: "追加できない商品",
    not_sold: "当店では取り扱っていません。",
    bad_quantity: |most| format!("数量は1から{most}までの数で指定してください。"),
    nothing_to_add_title: "追加できる商品がありません",
    nothing_to_add: "紹介された商品は、当店では取り扱っていません。",
    cart_full_title: "カートがいっぱいです",
    cart_full: "商品を購入するか削除してから、もう一度お試しください。商品は追加されていません。",
    cart_empty: "カートに商品は入っていません。",
    update: "変更",
    remove: "削除",
    save_for_later: "あとで買う",
    move_to_cart: "カートに戻す",
    proceed: "レジに進む",
    of_line: |control, title| format!("{title}：{control}"),
    checkout_title: "ご注文内容の確認",
    checkout_lead: "以下の商品を購入します。",
    credits_title: "紹介料を受け取るアソシエイト",
    credits_amount: "対象金額",
    place_order: "注文を確定する",
    nothing_to_buy: "現在購入できる商品がカートに入っていません。",
    cart_changed: "カートの内容または価格が変わったため、購入は行われていません。もう一度ご確認ください。",
    ordered_title: "ご注文ありがとうございます",
    ordered_lead: "ご注文を記録しました。これは代役サーバーなので、代金は発生せず、商品も発送されません。",
    order_number: "注文番号",
    unknown_title: "カートが見つかりません",
    unknown: "リンクが途中で切れているか、間違っているか、カートが長い間使われなかった可能性があります。リンクのあったページに戻って、もう一度お試しください。",
    gone_title: "このカートはすでに引き継がれています",
    gone: "商品は、確認ボタンを押した方のカートに入っています。ご自身で押された場合は、カートをご覧ください。",
    empty_title: "このカートは空です",
    empty: "カートに入れられる商品がありません。リンクのあったページに戻って、商品を選んでください。",
    incomplete_title: "リンクが不完全です",
    incomplete: "途中で切れてしまったようです。足りないもの：",
    forged_title: "当店のページからの操作ではありません",
    forged: "安全のため、何も行いませんでした。ページを開き直して、もう一度お試しください。",
    trouble_title: "しばらくしてからもう一度お試しください",
    trouble: "現在、カートに接続できません。確認ボタンを押した直後の場合は、もう一度押す前にカートをご覧ください。",
    no_page_title: "ページが見つかりません",
    no_page: "アドレスが間違っているか、ページが移動した可能性があります。",
    wrong_method_title: "このページはその方法では使えません",
    wrong_method: "前のページに戻り、ページ上のボタンをお使いください。",
    unreadable_title: "リクエストを読み取れません",
    unreadable: "大きすぎるか、途中で切れています。",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_sites_of_the_first_days_speak_their_languages_and_all_others_english() {
        let langs: Vec<_> = Locale::ALL.into_iter().map(|locale| Words::of(locale).lang).collect();
        assert_eq!(langs[..5], ["en", "en", "de", "ja", "en"]);
        assert!(langs[5..].iter().all(|lang| *lang == "en"));
    }

    #[test]
    fn a_condition_is_translated_where_it_is_known() {
        assert_eq!(Words::of(Locale::De).condition("Used"), "Gebraucht");
        assert_eq!(Words::of(Locale::De).condition("Worn"), "Worn");
    }
}
