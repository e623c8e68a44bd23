using MlOps.Benchmarks.Monitoring;

namespace MlOps.Monitoring.Drift;

public sealed class DriftCheckTests
{
    private const string Start = """{"cases":[{"id":"a","kind":"numeric","reference":[1,2,3,4],"current":[1,2,null,"Infinity"],"expected":""";

    [Test]
    public async Task A_file_with_equal_statistics_is_ok()
    {
        var (code, output, _) = await RunAsync(Start + """{"n_cur":2,"ks":{"statistic":0.5}}}]}""");

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("2 values: 2 ok, 0 not ok, 0 not checked"));
    }

    [Test]
    public async Task A_different_statistic_fails()
    {
        var (code, output, _) = await RunAsync(Start + """{"ks":{"statistic":0.500001}}}]}""");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("NOT OK").And.Contain("1 values: 0 ok, 1 not ok, 0 not checked"));
    }

    [Test]
    public async Task An_unknown_statistic_is_not_checked_and_fails()
    {
        var (code, output, _) = await RunAsync(Start + """{"ks":{"kuiper":0.5}}}]}""");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("NOT CHECKED: the key is unknown").And.Contain("1 not checked"));
    }

    [Test]
    public async Task An_expected_error_needs_an_error()
    {
        var (code, output, _) = await RunAsync(
            """
            {"cases":[{"id":"a","kind":"numeric","reference":[1,1],"current":[1],
            "expected":{"anderson_darling_ksamp":{"error":"x"},"ks":{"error":"x"}}}]}
            """);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("2 values: 1 ok, 1 not ok"));
    }

    [TestCase("[1,2]", "neither 'cases' nor 'streams'")]
    [TestCase("""{"cases":[{"id":"a"}]}""", "has no 'kind'")]
    [TestCase("""{"cases":[{"id":"a","kind":"numeric","reference":["x"],"current":[1],"expected":{}}]}""", "\"x\" is not a number")]
    [TestCase("""{"cases":[{"id":"a","kind":"categorical","reference":[1],"current":["a"],"expected":{}}]}""", "A category is a string or null")]
    [TestCase("no JSON", "cannot be checked")]
    public async Task A_file_of_another_shape_is_an_error(string content, string message)
    {
        var (code, _, errors) = await RunAsync(content);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors, Does.Contain(message).And.Contain("Drift/README.md"));
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string content)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.json");
        await File.WriteAllTextAsync(path, content);
        try
        {
            using var output = new StringWriter();
            using var errors = new StringWriter();
            var code = await DriftCheck.RunAsync(path, output, errors);
            return (code, output.ToString(), errors.ToString());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
