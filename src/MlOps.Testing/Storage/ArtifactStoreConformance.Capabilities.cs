using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    [Test]
    public void Get_service_of_an_unknown_type_is_null()
    {
        Assert.That(Store.GetService(typeof(IFormattable)), Is.Null);
    }

    [Test]
    public void Get_service_of_the_store_contract_returns_a_store()
    {
        Assert.That(Store.GetService<IArtifactStore>(), Is.Not.Null);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Copy_to_another_path_has_the_same_bytes_and_attributes()
    {
        var content = MakeContent(LargeSize);
        var options = new ArtifactWriteOptions { ContentType = "text/csv", Metadata = s_metadata };
        await Store.WriteBytesAsync(At("a"), content, options);

        await Store.CopyAsync(At("a"), Store, At("b"));

        var found = await Store.FindAsync(At("b"));
        await AssertHoldsAsync(At("b"), content);
        Assert.That(found!.ContentType, Is.EqualTo("text/csv"));
        Assert.That(found.Metadata, Is.EquivalentTo(s_metadata));
        Assert.That(found.Sha256, Is.EqualTo(Sha256Digest.Of(content)));
    }

    [TestCase("plain")]
    [TestCase("folder/Größe 100% + #1?.txt")]
    [TestCase("%41%2F/a=b&c;d@e:f$g!h'(i)[j]{k}^l|m`n~o,p*q\"r<s>t")]
    public async Task Download_link_returns_the_content_without_credentials(string path)
    {
        await Store.WriteTextAsync(At(path), "text");

        var link = await GetLinks().CreateDownloadLinkAsync(At(path), TimeSpan.FromMinutes(5));

        using var client = new HttpClient();
        Assert.That(await client.GetStringAsync(link), Is.EqualTo("text"));
        Assert.That(link.ToString(), Is.EqualTo(link.AbsoluteUri), "the text of the link is a valid URL");
        Assert.That(link.IsWellFormedOriginalString(), link.ToString());
    }

    [Test]
    public async Task Download_link_with_an_invalid_lifetime_is_rejected()
    {
        var links = GetLinks();

        await Assert.ThatAsync(() => links.CreateDownloadLinkAsync(At("a"), TimeSpan.Zero), Throws.InstanceOf<ArgumentOutOfRangeException>());
        await Assert.ThatAsync(() => links.CreateDownloadLinkAsync(At("a"), TimeSpan.FromDays(8)), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private IDownloadLinks GetLinks()
    {
        var links = Store.GetService<IDownloadLinks>();
        if (links is null)
        {
            Assert.Ignore("The provider does not support download links.");
        }

        return links;
    }
}
