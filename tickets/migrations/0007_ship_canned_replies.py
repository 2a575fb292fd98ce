"""Twelve canned replies to begin with, for everybody. They are the house's own from then on: edit or delete them."""

from django.db import migrations

REPLIES = (
    (
        "thanks",
        "Thanks, we're on it",
        "Hello {{ requester }},\n\n"
        "thank you for writing to us. I have read your message and I'm looking into it now.\n\n"
        "{{ promise }}\n\n"
        "{{ agent }}",
    ),
    (
        "more-details",
        "We need a few more details",
        "Hello {{ requester }},\n\n"
        "to help you with “{{ title }}” I need to know a little more:\n\n"
        "- What did you want to do?\n"
        "- What happened instead? The exact words of a message help a lot.\n"
        "- When did it happen last?\n\n"
        "Just answer this message. It stays with me.\n\n"
        "{{ agent }}",
    ),
    (
        "picture",
        "Please send a picture of it",
        "Hello {{ requester }},\n\n"
        "could you send me a picture of what you see? A screenshot or a photo of the screen is fine; you can paste it "
        "into your answer. Please cover passwords and card numbers first.\n\n"
        "{{ agent }}",
    ),
    (
        "solved",
        "It is solved",
        "Hello {{ requester }},\n\n"
        "good news: this is solved. Please try it once more.\n\n"
        "If something still isn't right, just answer and I'll take it up again.\n\n"
        "{{ agent }}",
    ),
    (
        "still-working",
        "Still working on it",
        "Hello {{ requester }},\n\n"
        "I haven't forgotten you: {{ reference }} takes longer than I hoped. There is nothing you need to do. I'll "
        "write as soon as I know more.\n\n"
        "{{ agent }}",
    ),
    (
        "restart",
        "Technical: try these steps first",
        "Hello {{ requester }},\n\n"
        "these three steps solve this in most cases:\n\n"
        "1. Save your work and close everything.\n"
        "2. Switch the device off, wait half a minute, and switch it on again.\n"
        "3. Check that it is connected: another page or another device should work.\n\n"
        "Did it help? If not, tell me at which step it went differently.\n\n"
        "{{ agent }}",
    ),
    (
        "invoice-copy",
        "Billing: a copy of an invoice",
        "Hello {{ requester }},\n\n"
        "the copy of your invoice is attached. If the address or the tax number on it has to change, send me the right "
        "one and you'll get a corrected invoice.\n\n"
        "{{ agent }}",
    ),
    (
        "charged-twice",
        "Payment: charged twice",
        "Hello {{ requester }},\n\n"
        "I'm sorry about that. I can see the second charge and I have asked for it to be paid back. Banks usually need "
        "3 to 5 working days until it shows on your statement.\n\n"
        "If it isn't there by then, just answer this message.\n\n"
        "{{ agent }}",
    ),
    (
        "payment-failed",
        "Payment: it didn't go through",
        "Hello {{ requester }},\n\n"
        "your last payment didn't go through. That happens when a card has expired or the bank asks for a "
        "confirmation. Please check the card and try again, or choose another way to pay.\n\n"
        "Nothing is switched off in the meantime. Please never send us card numbers.\n\n"
        "{{ agent }}",
    ),
    (
        "sign-in",
        "Account: you can't sign in",
        "Hello {{ requester }},\n\n"
        "please open the sign-in page and choose “Forgot your password?”. You'll get a mail with a link to set a new "
        "one. Look into the spam folder too; the link works for a short time only.\n\n"
        "No mail after ten minutes? Tell me, and I'll check which address your account has. We will never ask you for "
        "your password.\n\n"
        "{{ agent }}",
    ),
    (
        "idea",
        "Feature request: thanks for the idea",
        "Hello {{ requester }},\n\n"
        "thank you for the idea. I have passed it on to the people who decide what comes next. I can't promise a date, "
        "but I can promise that it was read.\n\n"
        "What would it let you do that you can't do today? That helps us most.\n\n"
        "{{ agent }}",
    ),
    (
        "bug-confirmed",
        "Bug report: we can see it too",
        "Hello {{ requester }},\n\n"
        "thank you for the careful report. I see the same thing here, so it isn't you: our software gets this wrong. "
        "It is with the developers now, and I'll write to you when it is repaired.\n\n"
        "{{ agent }}",
    ),
)


def ship(apps, schema_editor):
    canned_reply = apps.get_model("tickets", "CannedReply")
    canned_reply.objects.bulk_create(
        canned_reply(shortcut=shortcut, title=title, body=body, language="en") for shortcut, title, body in REPLIES
    )


class Migration(migrations.Migration):
    dependencies = [("tickets", "0006_canned_replies")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
