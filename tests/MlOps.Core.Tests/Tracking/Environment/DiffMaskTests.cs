using System.Text;

namespace MlOps.Tracking;

public sealed class DiffMaskTests
{
    /// <summary>Patches in which each line with <c>hunter2</c> or <c>aGVsbG8</c> contains a secret.</summary>
    [TestCase("appsettings.json", """  "ApiKey": "hunter2",""")]
    [TestCase("appsettings.json", """{ "ConnectionStrings": { "Db": "Server=x;Password=hunter2" } }""")]
    [TestCase("appsettings.json", "  \"ConnectionStrings\": {\n    \"Db\": \"hunter2\",\n    \"Other\": \"hunter2\"\n  },\n  \"Epochs\": 10")]
    [TestCase("appsettings.json", "  \"Password\":\n    \"hunter2\",\n  \"Epochs\": 10")]
    [TestCase("config.yaml", "password: hunter2\nepochs: 10")]
    [TestCase("config.yaml", "- token: hunter2")]
    [TestCase("config.yaml", "private_key: |\n  hunter2\n\n  hunter2\nepochs: 10")]
    [TestCase("config.yml", "secrets:\n  db:\n    url: hunter2\nepochs: 10")]
    [TestCase(".env", "DB_PASSWORD=hunter2\nEPOCHS=10")]
    [TestCase("deploy.sh", "export API_KEY=hunter2")]
    [TestCase("web.config", """<add key="ApiKey" value="hunter2" />""")]
    [TestCase("web.config", """<password>hunter2</password>""")]
    [TestCase("notes.txt", "postgres://jane:hunter2@db/")]
    [TestCase("train.cs", """var apiKey = "hunter2";""")]
    [TestCase("train.cs", """options["Password"] = "hunter2";""")]
    [TestCase("train.cs", """connect(@"Server=x;Password=hunter2", 3);""")]
    [TestCase("train.py", "login(password='hunter2')")]
    [TestCase("train.cs", """client.SetToken("hunter2");""")]
    [TestCase("train.cs", """client.Add("X-Api-Key", "hunter2");""")]
    [TestCase("key.txt", "-----BEGIN PRIVATE KEY-----\naGVsbG8gd29ybGQ=\naGVsbG8=\n-----END PRIVATE KEY-----\nplain")]
    [TestCase("key.txt", "aGVsbG8gd29ybGQ=\naGVsbG8=\n-----END PRIVATE KEY-----\nplain")]
    [TestCase("key.txt", "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd29ybGQ\nplain")]
    public void A_secret_is_masked_in_added_removed_and_context_lines(string file, string text)
    {
        foreach (var sign in "+- ")
        {
            var (masked, isMasked) = Mask(file, sign, text);

            Assert.That(isMasked);
            Assert.That(masked, Does.Not.Contain("hunter2").And.Not.Contain("aGVsbG8"));
            Assert.That(masked, Does.Contain($"\n{sign}***"));
            Assert.That(masked.Split('\n'), Has.Length.EqualTo(5 + text.Split('\n').Length), "The lines stay.");
            foreach (var plain in text.Split('\n').Where(static line => line.Contains("10") || line == "plain"))
            {
                Assert.That(masked, Does.Contain($"\n{sign}{plain}"));
            }
        }
    }

    [TestCase("train.cs", "var token = tokens.Next(key);\nif (key == null) { return; }\npublic string Key { get; init; }")]
    [TestCase("train.cs", "/// <summary>The key of a token.</summary>\nvar commit = \"0123456789abcdef0123456789abcdef01234567\";")]
    [TestCase("train.py", "def train(learning_rate: float, epochs=10):\n    print(f'epochs: {epochs}')")]
    [TestCase("appsettings.json", "{\n  \"Epochs\": 10,\n  \"UseToken\": true,\n  \"Password\": null\n}")]
    [TestCase("config.yaml", "epochs: 10\nname: flights\n# comment")]
    [TestCase("data.csv", "1,2,3\n4,5,6")]
    public void Other_values_are_not_masked(string file, string text)
    {
        var (masked, isMasked) = Mask(file, '+', text);

        Assert.That(isMasked, Is.False, masked);
    }

    [Test]
    public void Headers_are_kept_and_secrets_in_hunk_headings_are_masked()
    {
        const string Patch = "diff --git a/password.yaml b/password.yaml\nindex 1..2 100644\n--- a/password.yaml\n+++ b/password.yaml\n"
            + "@@ -1 +1 @@ password: hunter2\n--- a: 1\n+++ b: 1\n";

        var (masked, _) = DiffMask.Mask(Encoding.UTF8.GetBytes(Patch));

        Assert.That(Encoding.UTF8.GetString(masked), Is.EqualTo(Patch.Replace(" password: hunter2", "***", StringComparison.Ordinal)));
    }

    [Test]
    public void Other_lines_are_preserved_byte_for_byte()
    {
        byte[] bytes = [.. "diff --git a/a.txt b/a.txt\n@@ -0,0 +1,2 @@\n+"u8, 0xE9, 0x00, 0xFF, (byte)'\r', .. "\n+token: hunter2\n"u8];

        var (masked, isMasked) = DiffMask.Mask(bytes);

        Assert.That(isMasked);
        Assert.That(masked, Is.EqualTo((byte[])[.. bytes[..^"token: hunter2\n".Length], .. "***\n"u8]));
    }

    [Test]
    public void Only_binary_patches_of_key_stores_are_masked()
    {
        const string Binary = "index 1..2\nGIT binary patch\nliteral 3\nKcmZQzWMT#Y01f~L\n\nliteral 0\nHcmV?d00001\n\n";

        var (masked, _) = DiffMask.Mask(Encoding.UTF8.GetBytes($"diff --git a/m.bin b/m.bin\n{Binary}diff --git a/c.pfx b/c.pfx\n{Binary}"));

        Assert.That(Encoding.UTF8.GetString(masked), Is.EqualTo(
            $"diff --git a/m.bin b/m.bin\n{Binary}diff --git a/c.pfx b/c.pfx\nindex 1..2\nGIT binary patch\nliteral 3\n***\n\nliteral 0\n***\n\n"));
    }

    private static (string Diff, bool IsMasked) Mask(string file, char sign, string text)
    {
        var lines = text.Split('\n');
        var (old, added) = (sign == '+' ? 0 : lines.Length, sign == '-' ? 0 : lines.Length);
        var patch = $"diff --git a/{file} b/{file}\n--- a/{file}\n+++ b/{file}\n@@ -1,{old} +1,{added} @@\n"
            + string.Concat(lines.Select(line => $"{sign}{line}\n"));
        var (diff, isMasked) = DiffMask.Mask(Encoding.UTF8.GetBytes(patch));
        return (Encoding.UTF8.GetString(diff), isMasked);
    }
}
