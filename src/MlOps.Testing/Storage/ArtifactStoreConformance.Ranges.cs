using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    [TestCase(2L, 3L, "cde", TestName = "Range_inside_the_artifact_yields_its_bytes")]
    [TestCase(0L, 1L, "a", TestName = "Range_of_the_first_byte_yields_it")]
    [TestCase(9L, 1L, "j", TestName = "Range_of_the_last_byte_yields_it")]
    [TestCase(0L, 10L, "abcdefghij", TestName = "Range_of_the_whole_artifact_yields_it")]
    [TestCase(7L, null, "hij", TestName = "Range_without_a_length_goes_to_the_end")]
    [TestCase(7L, 100L, "hij", TestName = "Range_past_the_end_yields_the_existing_bytes")]
    [TestCase(7L, long.MaxValue, "hij", TestName = "Range_of_the_maximum_length_yields_the_existing_bytes")]
    [TestCase(10L, 5L, "", TestName = "Range_from_the_end_yields_nothing")]
    [TestCase(10L, null, "", TestName = "Range_from_the_end_without_a_length_yields_nothing")]
    [TestCase(11L, 5L, "", TestName = "Range_from_beyond_the_end_yields_nothing")]
    [TestCase(long.MaxValue, null, "", TestName = "Range_from_the_maximum_offset_yields_nothing")]
    public async Task Range_is_clipped_to_the_artifact(long offset, long? length, string expected)
    {
        var written = await Store.WriteTextAsync(At("a"), "abcdefghij");

        await using var content = await Store.OpenRangeAsync(At("a"), new ArtifactRange(offset, length));

        AssertSame(await ReadToEndAsync(content.Stream), System.Text.Encoding.UTF8.GetBytes(expected));
        Assert.That(content.Info.Size, Is.EqualTo(10), "the size is that of the whole artifact");
        Assert.That(content.Info.ETag, Is.EqualTo(written.ETag));
        Assert.That(content.Info.Sha256, Is.EqualTo(written.Sha256), "the digest is that of the whole artifact");
    }

    [TestCase(0L, null)]
    [TestCase(0L, 1L)]
    [TestCase(5L, 5L)]
    public async Task Range_of_empty_content_is_empty(long offset, long? length)
    {
        await Store.WriteBytesAsync(At("empty"), []);

        await using var content = await Store.OpenRangeAsync(At("empty"), new ArtifactRange(offset, length));

        Assert.That(await ReadToEndAsync(content.Stream), Is.Empty);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Ranges_of_a_large_artifact_join_without_gap_or_overlap()
    {
        var content = MakeContent(LargeSize);
        await Store.WriteBytesAsync(At("a"), content);
        var length = (LargeSize / 3) + 1;

        using var joined = new MemoryStream();
        for (var offset = 0; offset < LargeSize; offset += length)
        {
            await using var range = await Store.OpenRangeAsync(At("a"), new ArtifactRange(offset, length));
            await range.Stream.CopyToAsync(joined);
        }

        AssertSame(joined.ToArray(), content);
    }

    [Test]
    public async Task Range_over_the_borders_of_parts_yields_its_bytes()
    {
        var content = MakeContent(LargeSize);
        await Store.WriteAsync(At("a"), new ForwardOnlyStream(content));

        foreach (var border in new[] { 4 << 20, 5 << 20, 8 << 20, 16 << 20 })
        {
            await using var range = await Store.OpenRangeAsync(At("a"), new ArtifactRange(border - 3, 7));
            AssertSame(await ReadToEndAsync(range.Stream), content.AsSpan(border - 3, 7));
        }
    }
}
