using System.Linq.Expressions;
using System.Text;
using System.Text.Json;
using MlOps.Storage;
using MlOps.Tracking;

namespace MlOps.Workflows;

using Work = Func<StepContext, CancellationToken, Task>;

/// <summary>A step is restored if the same code ran before, and runs if the code is another or is not certain.</summary>
[NonParallelizable]
public sealed class StepIdentityTests : WorkflowFixture
{
    private static IEnumerable<TestCaseData> Kinds =>
    [
        Kind("generic method", static model => model == "Tree" ? CodeSample.TrainGeneric<CodeSample.Tree> : CodeSample.TrainGeneric<CodeSample.Linear>),
        Kind("inherited method", static model => model == "Tree" ? new CodeSample.TreeTrainer().RunAsync : new CodeSample.LinearTrainer().RunAsync),
        Kind("wrapper", static model => CodeSample.Retry(model == "Tree" ? CodeSample.TrainTree : CodeSample.TrainLinear)),
        Kind("wrapped twice", static model => CodeSample.Retry(CodeSample.Retry(model == "Tree" ? CodeSample.TrainTree : CodeSample.TrainLinear))),
        Kind("captured value", static model => (context, _) => CodeSample.Set(context, model)),
        Kind(
            "generic class",
            static model => model == "Tree" ? new CodeSample.Generic<CodeSample.Tree>().RunAsync : new CodeSample.Generic<CodeSample.Linear>().RunAsync),
        Kind("method", static model => model == "Tree" ? CodeSample.TrainTree : CodeSample.TrainLinear),
        Kind("extension method", static model => model.Train),
    ];

    [TestCaseSource(nameof(Kinds))]
    public async Task The_same_code_is_restored_and_other_code_runs(Func<string, Work> create)
    {
        await RunAsync([Train(create("Tree"))]);

        var same = await RunAsync([Train(create("Tree"))]);
        var other = await RunAsync([Train(create("Linear"))]);

        Assert.That((same.Result["train"].Status, same.Result["train"].Outputs.Values["model"]), Is.EqualTo((StepStatus.Restored, "Tree")));
        Assert.That((other.Result["train"].Status, other.Result["train"].Outputs.Values["model"]), Is.EqualTo((StepStatus.Ran, "Linear")));
    }

    [Test]
    public async Task A_captured_value_that_cannot_be_hashed_requires_a_code_version()
    {
        using var client = new HttpClient();
        WorkflowStep[] steps = [Step("fetch"), Train((_, token) => client.GetAsync(new Uri("http://localhost"), token))];

        var thrown = (await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(steps)))!;

        Assert.That(thrown.Message, Does.Contain("'train'").And.Contain("'client'").And.Contain("System.Net.Http.HttpClient").And.Contain("CodeVersion"));
        Assert.That(Done, Is.Empty);
    }

    [Test]
    public async Task A_step_with_a_code_version_may_capture_any_value()
    {
        using var stream = new MemoryStream();
        WorkflowStep Create(string version) => Train((context, _) => CodeSample.Set(context, $"{stream.Length}"), version);
        await RunAsync([Create("1")]);

        Assert.That((await RunAsync([Create("1")])).Result["train"].Status, Is.EqualTo(StepStatus.Restored));
        Assert.That((await RunAsync([Create("2")])).Result["train"].Status, Is.EqualTo(StepStatus.Ran));
    }

    [Test]
    public async Task A_step_with_side_effects_may_capture_any_value()
    {
        using var stream = new MemoryStream();
        var step = new WorkflowStep { Name = "notify", HasSideEffects = true, Work = (context, _) => CodeSample.Set(context, $"{stream.Length}") };

        Assert.That((await RunAsync([step])).Result["notify"].Status, Is.EqualTo(StepStatus.Ran));
    }

    [Test]
    public async Task A_captured_value_is_hashed_when_the_step_runs()
    {
        var depth = 0;
        var first = new WorkflowStep { Name = "choose", HasSideEffects = true, Work = (_, _) => Task.FromResult(depth = 3) };
        var second = new WorkflowStep { Name = "train", DependsOn = ["choose"], Work = (context, _) => CodeSample.Set(context, $"{depth}") };

        var result = (await RunAsync([first, second])).Result;

        Assert.That(result["train"].Key!.Code!.Functions![0].Captured!["depth"], Is.EqualTo("System.Int32 3"));
    }

    [Test]
    public async Task Code_that_was_compiled_at_run_time_runs_every_time_with_a_reason()
    {
        Expression<Work> expression = static (context, _) => CodeSample.Set(context, "Tree");
        var step = Train(CodeSample.Retry(expression.Compile()));
        await RunAsync([step]);

        var result = (await RunAsync([step])).Result;

        Assert.That((result["train"].Status, result["train"].Reason), Is.EqualTo((
            StepStatus.Ran,
            "its function, or a function that it captures, was compiled at run time, so the code cannot be identified and the step runs every time. "
            + "Set CodeVersion to have it restored")));
        Assert.That(
            Lab.Logs.GetSnapshot().Select(static entry => entry.Message),
            Has.Some.Contains("Step 'train' ran, but its outputs cannot be restored later: its function"));
        Assert.That(result.ToString(), Does.Contain("compiled at run time"));
        Assert.That(await ListAsync($"experiments/{Experiment}/steps"), Is.Empty);
    }

    [Test]
    public async Task The_run_records_a_readable_identity_without_captured_texts()
    {
        var (depth, password) = (9, "open sesame");
        var (_, run, _) = await RunAsync([Train((context, _) => CodeSample.Set(context, $"{depth} {password.Length}"))]);

        var text = await ReadArtifactAsync(run, "workflows/flow.json");

        using var document = JsonDocument.Parse(text);
        var code = document.RootElement.GetProperty("steps")[0].GetProperty("key").GetProperty("code");
        var function = code.GetProperty("functions")[0];
        Assert.That(function.GetProperty("method").GetString(), Does.StartWith("MlOps.Core.Tests!MlOps.Workflows.StepIdentityTests+"));
        Assert.That(function.GetProperty("captured").GetProperty("depth").GetString(), Is.EqualTo("System.Int32 9"));
        Assert.That(
            code.GetProperty("assemblies").GetProperty("MlOps.Core.Tests").GetString(),
            Is.EqualTo(typeof(StepIdentityTests).Module.ModuleVersionId.ToString()));
        Assert.That(text, Does.Not.Contain(password));
    }

    [Test]
    public async Task The_packages_of_a_step_are_identified_by_version_and_hash()
    {
        var (result, _, _) = await RunAsync([new WorkflowStep { Name = "train", CodeVersion = "1", Packages = ["nunit"], Work = CodeSample.TrainTree }]);

        Assert.That(result["train"].Key!.Code!.Packages!["nunit"], Does.Match(@"^\d+\.\d+\.\d+ sha512-"));
    }

    [Test]
    public async Task An_unknown_package_is_refused_with_the_nearest_name()
    {
        var step = new WorkflowStep { Name = "train", CodeVersion = "1", Packages = ["CsChekc"], Work = CodeSample.TrainTree };

        var thrown = (await Assert.ThrowsAsync<ArgumentException>(() => RunAsync([step])))!;

        Assert.That(thrown.Message, Does.Contain("'train'").And.Contain("'CsChekc'").And.Contain("Did you mean 'CsCheck'?"));
    }

    [TestCase("1", "1", StepStatus.Restored)]
    [TestCase("1", "2", StepStatus.Ran)]
    [TestCase(null, "", StepStatus.Ran)]
    [TestCase("null", null, StepStatus.Ran)]
    public async Task A_step_runs_again_if_an_environment_variable_that_it_names_has_another_value(string? before, string? now, StepStatus status)
    {
        var name = $"MLOPS_TEST_{Guid.NewGuid():n}";
        var step = new WorkflowStep { Name = "train", CodeVersion = "1", EnvironmentVariables = [name], Work = CodeSample.TrainTree };
        try
        {
            Environment.SetEnvironmentVariable(name, before);
            await RunAsync([step]);
            Environment.SetEnvironmentVariable(name, now);

            Assert.That((await RunAsync([step])).Result["train"].Status, Is.EqualTo(status));
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Test]
    public void An_environment_variable_that_looks_like_a_secret_is_kept_as_a_digest()
    {
        const string Name = "MLOPS_TEST_PASSWORD";
        try
        {
            Environment.SetEnvironmentVariable(Name, "open sesame");
            var code = CodeIdentityReader.Read(
                new WorkflowStep { Name = "train", CodeVersion = "1", EnvironmentVariables = [Name], Work = CodeSample.TrainTree });

            Assert.That(code.Environment![Name], Is.EqualTo($"sha256 {Sha256Digest.Of("open sesame"u8)}"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Name, null);
        }
    }

    private static WorkflowStep Train(Work work, string? codeVersion = null) => new() { Name = "train", Work = work, CodeVersion = codeVersion };

    private static TestCaseData Kind(string name, Func<string, Work> create) => new TestCaseData(create).SetArgDisplayNames(name);

    private async Task<string> ReadArtifactAsync(Run run, string path)
    {
        await using var artifact = await (await Tracker.OpenRunAsync(run)).OpenArtifactAsync(path);
        using var reader = new StreamReader(artifact.Stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
