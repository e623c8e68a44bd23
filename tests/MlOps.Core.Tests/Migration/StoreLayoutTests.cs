using MlOps.Content;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Migration;

public sealed class StoreLayoutTests
{
    [TestCase("models/churn/log/00000000000000000007.json", "models/churn", 7)]
    [TestCase("datasets/log/log/00000000000000000001.json", "datasets/log", 1)]
    [TestCase("experiments/a/runs/b/log/09223372036854775807.json", "experiments/a/runs/b", long.MaxValue)]
    public void The_path_of_an_event_contains_its_log_and_number(string path, string log, long sequence)
    {
        Assert.That(StoreLayout.TryParseEvent(ArtifactPath.Parse(path), out var found, out var number), Is.True);
        Assert.That((found!.ToString(), number), Is.EqualTo((log, sequence)));
        Assert.That(EventPath.Of(found, number).ToString(), Is.EqualTo(path));
    }

    [TestCase("reports/churn/log/00000000000000000007.json")]
    [TestCase("models/churn/log/7.json")]
    [TestCase("models/churn/log/00000000000000000000.json")]
    [TestCase("models/churn/log/99999999999999999999.json")]
    [TestCase("models/churn/log/0000000000000000007x.json")]
    [TestCase("models/churn/log/00000000000000000007.txt")]
    [TestCase("models/churn/logs/00000000000000000007.json")]
    [TestCase("log/00000000000000000007.json")]
    [TestCase("models/churn/checkpoint.json")]
    public void Other_paths_are_not_events(string path) => Assert.That(StoreLayout.IsEvent(ArtifactPath.Parse(path)), Is.False);

    [TestCase("models/churn/checkpoint.json", ExpectedResult = true)]
    [TestCase("experiments/iris/checkpoint-2.json", ExpectedResult = true)]
    [TestCase("gc/marks/1.json", ExpectedResult = true)]
    [TestCase("reports/checkpoint.json", ExpectedResult = false)]
    [TestCase("models/churn/log/00000000000000000007.json", ExpectedResult = false)]
    [TestCase("gc", ExpectedResult = false)]
    public bool Checkpoints_and_notes_of_collections_are_only_their_stores(string path) => StoreLayout.IsLocal(ArtifactPath.Parse(path));

    [Test]
    public void Only_content_has_its_digest_in_its_path()
    {
        var digest = Sha256Digest.Of("x"u8);

        Assert.That(StoreLayout.FindDigest(ContentStore.PathOf(digest)), Is.EqualTo(digest));
        Assert.That(StoreLayout.FindDigest(ArtifactPath.Parse($"blobs/sha256/00/{digest}")), Is.Null);
        Assert.That(StoreLayout.FindDigest(ArtifactPath.Parse($"reports/{digest}")), Is.Null);
        Assert.That(StoreLayout.FindDigest(ArtifactPath.Parse("blobs/sha256/ab/readme")), Is.Null);
    }

    [TestCase("models", null, ExpectedResult = "models")]
    [TestCase("models", "models/churn", ExpectedResult = "models/churn")]
    [TestCase("models", "models", ExpectedResult = "models")]
    [TestCase("models/churn", "models", ExpectedResult = "models/churn")]
    [TestCase("models", "modelsx", ExpectedResult = null)]
    public string? Two_folders_have_the_deeper_one_in_common_if_it_is_in_the_other(string folder, string? prefix) =>
        StoreLayout.FindCommon(ArtifactPath.Parse(folder), prefix is null ? null : ArtifactPath.Parse(prefix))?.ToString();
}
