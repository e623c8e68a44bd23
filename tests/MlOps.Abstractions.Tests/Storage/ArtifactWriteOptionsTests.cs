using MlOps.Storage;

namespace MlOps.Abstractions.Tests.Storage;

public sealed class ArtifactWriteOptionsTests
{
    [Test]
    public void Defaults_always_write_octets_without_metadata()
    {
        var options = new ArtifactWriteOptions();

        Assert.That(options.Condition.IsNone, Is.True);
        Assert.That(options.ExpectedSha256, Is.Null);
        Assert.That(options.ContentType, Is.EqualTo("application/octet-stream"));
        Assert.That(options.Metadata, Is.Empty);
    }

    [TestCase("")]
    [TestCase("onnx")]
    [TestCase("text/")]
    [TestCase("text/csv\r\nX-Injected: 1")]
    [TestCase("text/é")]
    public void Invalid_content_type_is_rejected(string contentType)
    {
        Assert.That(
            () => new ArtifactWriteOptions { ContentType = contentType },
            Throws.ArgumentException.With.Message.Contains($"'{contentType}' is not a valid content type. Use a media type"));
    }

    [TestCase("text/csv", "text/csv")]
    [TestCase("text/csv;charset=utf-8", "text/csv; charset=utf-8")]
    [TestCase("text/csv ;  charset=utf-8 ; header=\"a;b\"", "text/csv; charset=utf-8; header=\"a;b\"")]
    public void Content_type_has_one_space_between_parameters(string given, string kept) =>
        Assert.That(new ArtifactWriteOptions { ContentType = given }.ContentType, Is.EqualTo(kept));

    [Test]
    public void Content_type_has_256_characters_at_most()
    {
        Assert.That(new ArtifactWriteOptions { ContentType = "a/" + new string('a', 254) }.ContentType, Has.Length.EqualTo(256));
        Assert.That(static () => new ArtifactWriteOptions { ContentType = "a/" + new string('a', 255) }, Throws.ArgumentException);
    }

    [Test]
    public void Condition_none_is_the_default()
    {
        Assert.That(WriteCondition.None, Is.EqualTo(default(WriteCondition)));
        Assert.That(WriteCondition.None.IsIfAbsent, Is.False);
        Assert.That(WriteCondition.None.ETag, Is.Null);
    }

    [Test]
    public void Condition_if_absent_has_no_tag()
    {
        Assert.That(WriteCondition.IfAbsent.IsIfAbsent, Is.True);
        Assert.That(WriteCondition.IfAbsent.IsNone, Is.False);
        Assert.That(WriteCondition.IfAbsent.ETag, Is.Null);
    }

    [Test]
    public void Condition_if_match_has_its_tag()
    {
        var condition = WriteCondition.IfMatch("tag");

        Assert.That(condition.ETag, Is.EqualTo("tag"));
        Assert.That(condition.IsNone, Is.False);
        Assert.That(condition.IsIfAbsent, Is.False);
        Assert.That(condition, Is.EqualTo(WriteCondition.IfMatch("tag")));
        Assert.That(condition, Is.Not.EqualTo(WriteCondition.IfMatch("Tag")));
    }

    [Test]
    public void Condition_if_match_without_a_tag_is_refused()
    {
        Assert.That(static () => WriteCondition.IfMatch(""), Throws.ArgumentException);
        Assert.That(static () => WriteCondition.IfMatch(null!), Throws.ArgumentNullException);
    }
}
