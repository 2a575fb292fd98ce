"""What customers say for the categories that ship, in English and German: with it, triage begins before the first ticket.

For categories of one's own the keywords are a field of theirs.
"""

KEYWORDS = {
    "technical": "does not work, broken device, printer, scanner, network, internet, wifi, VPN, slow, offline, hardware, "
    "cable, screen, access card, door. funktioniert nicht, Drucker, Netzwerk, Internet, WLAN, langsam, Gerät, Zugang",
    "billing": "invoice, bill, price, quote, discount, VAT, tax number, billing address, contract, subscription plan. "
    "Rechnung, Preis, Angebot, Rabatt, Mehrwertsteuer, Steuernummer, Rechnungsadresse, Vertrag, Abo, Tarif",
    "general": "question, opening hours, contact, who do I ask, feedback, praise, complaint, other. "
    "Frage, Öffnungszeiten, Kontakt, Ansprechpartner, Lob, Beschwerde, Sonstiges",
    "feature-request": "idea, suggestion, wish, it would be nice, please add, could you support, missing function, "
    "improvement. Idee, Vorschlag, Wunsch, es wäre schön, bitte ergänzen, Funktion fehlt, Verbesserung",
    "bug-report": "bug, error message, crash, wrong result, stopped working after the update, app freezes, page is blank, "
    "exception. Fehlermeldung, Absturz, stürzt ab, falsches Ergebnis, seit dem Update, App hängt, leere Seite",
    "account": "sign in, log in, password, locked out, two-factor code, change my email, profile, delete my account, "
    "membership, user name. anmelden, Passwort, gesperrt, Code, E-Mail ändern, Profil, Konto löschen, Mitgliedschaft",
    "payment": "charged twice, refund, card declined, payment failed, direct debit, bank transfer, money back, PayPal. "
    "doppelt abgebucht, Erstattung, Karte abgelehnt, Zahlung fehlgeschlagen, Lastschrift, Überweisung, Geld zurück",
}
