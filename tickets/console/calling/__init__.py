"""A ticket for somebody who calls, chats or stands at the desk."""
