using CsCheck;
using MlOps.Storage;

namespace MlOps.Providers;

public sealed class ArtifactMetadataTests
{
    private static readonly Gen<string> s_text = Gen.OneOf(
        Gen.OneOf("%", "%2", "%20", "%zz", "%25", " ", "  ", "+", "é", "日", "😀", "\r\n", "\0", "\u007f", "=?UTF-8?Q?=C3?=", "\""),
        Gen.Char.Where(static character => !char.IsSurrogate(character)).Select(static character => character.ToString())).Array[0, 10].Select(string.Concat);

    [Test]
    public void Decode_reverses_encode()
    {
        s_text.Sample(static text => ArtifactMetadata.Decode(ArtifactMetadata.Encode(text)) == text);
    }

    [Test]
    public void Encoded_value_is_printable_ascii_that_no_header_drops_or_trims()
    {
        s_text.Sample(static text => ArtifactMetadata.Encode(text) is { Length: > 0 } encoded
            && encoded.All(static character => character is >= ' ' and <= '~') && encoded.Trim() == encoded);
    }

    [Test]
    public void Different_values_are_encoded_differently()
    {
        Gen.Select(s_text, s_text).Sample(static (one, other) => (ArtifactMetadata.Encode(one) == ArtifactMetadata.Encode(other)) == (one == other));
    }

    [TestCase("", "%")]
    [TestCase("plain text, 1+1=2", "plain text, 1+1=2")]
    [TestCase("100%", "100%25")]
    [TestCase(" a ", "%20a%20")]
    [TestCase(" ", "%20")]
    [TestCase("é", "%C3%A9")]
    [TestCase("😀", "%F0%9F%98%80")]
    [TestCase("\n", "%0A")]
    public void Encoding_of_a_value_is_fixed_because_it_is_stored(string value, string encoded)
    {
        Assert.That(ArtifactMetadata.Encode(value), Is.EqualTo(encoded));
        Assert.That(ArtifactMetadata.Decode(encoded), Is.EqualTo(value));
    }

    [TestCase("written elsewhere")]
    [TestCase("50% off")]
    [TestCase("%zz")]
    public void Value_of_another_tool_without_a_valid_escape_is_not_changed(string value)
    {
        Assert.That(ArtifactMetadata.Decode(value), Is.EqualTo(value));
    }

    [TestCase("")]
    [TestCase("1a")]
    [TestCase("_a")]
    [TestCase("A")]
    [TestCase("a-b")]
    [TestCase("a.b")]
    [TestCase("a b")]
    [TestCase("é")]
    [TestCase("mlops_sha256")]
    [TestCase("mlops_")]
    public void Key_that_not_every_store_supports_is_rejected(string key)
    {
        Assert.That(
            () => Write(key, "value"),
            Throws.ArgumentException.With.Message.Contains($"'{key}' is not a valid metadata key. Use 1 to 64 characters of a-z, 0-9 and '_'"));
    }

    [TestCase("a")]
    [TestCase("a_1")]
    [TestCase("mlops")]
    public void Key_of_letters_digits_and_underscores_is_taken(string key)
    {
        Assert.That(Write(key, "value").Metadata, Contains.Key(key));
    }

    [Test]
    public void Key_has_64_characters_at_most()
    {
        Assert.That(Write(new string('k', 64), "value").Metadata, Has.Count.EqualTo(1));
        Assert.That(static () => Write(new string('k', 65), "value"), Throws.ArgumentException);
    }

    [TestCase(0xD83D)]
    [TestCase(0xDE00)]
    public void Value_with_an_unpaired_surrogate_is_refused(int surrogate)
    {
        Assert.That(
            () => Write("key", "a" + (char)surrogate),
            Throws.ArgumentException.With.Message.Contains("The value of the metadata key 'key' is null or has an unpaired surrogate."));
        Assert.That(() => Write("key", (char)surrogate + "a"), Throws.ArgumentException);
    }

    [Test]
    public void Null_as_a_value_is_refused()
    {
        Assert.That(static () => Write("key", null!), Throws.ArgumentException.With.Message.Contains("'key'"));
    }

    [Test]
    public void Size_is_that_of_keys_and_encoded_values()
    {
        Assert.That(Write("key", new string('v', 1_533)).Metadata, Has.Count.EqualTo(1));
        Assert.That(
            static () => Write("key", new string('v', 1_534)),
            Throws.ArgumentException.With.Message.Contains("The metadata has 1537 bytes").And.Message.Contains("Use at most 1536"));
        Assert.That(static () => Write("key", new string('é', 256)), Throws.ArgumentException, "six bytes each when encoded");
    }

    [Test]
    public void Options_keep_a_copy_that_later_changes_do_not_reach()
    {
        var metadata = new Dictionary<string, string> { ["key"] = "value" };
        var options = new ArtifactWriteOptions { Metadata = metadata };

        metadata["Invalid Key"] = "later";

        Assert.That(options.Metadata, Has.Count.EqualTo(1));
    }

    private static ArtifactWriteOptions Write(string key, string value) => new() { Metadata = new Dictionary<string, string> { [key] = value } };
}
