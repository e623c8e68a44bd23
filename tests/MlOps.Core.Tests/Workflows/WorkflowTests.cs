using MlOps.Datasets;

namespace MlOps.Workflows;

public sealed class WorkflowTests
{
    [Test]
    public void Steps_run_after_their_dependencies_and_otherwise_in_the_given_order()
    {
        var workflow = new Workflow("flow", [Step("report", "evaluate", "train"), Step("evaluate", "train"), Step("fetch"), Step("train", "fetch")]);

        Assert.That(workflow.Steps.Select(static step => step.Name), Is.EqualTo(["fetch", "train", "evaluate", "report"]));
    }

    [Test]
    public void A_dependency_cycle_is_refused_and_shown() => Assert.That(
        Refuse(Step("a"), Step("b", "a", "d"), Step("c", "b"), Step("d", "c")),
        Does.Contain("'flow'").And.Contain("have a dependency cycle").And.Match("b → c → d → b|c → d → b → c|d → b → c → d"));

    [Test]
    public void A_step_that_depends_on_itself_is_refused() => Assert.That(Refuse(Step("a", "a")), Does.Contain("a → a"));

    [Test]
    public void A_step_that_depends_on_an_unknown_step_is_refused_with_the_existing_names() =>
        Assert.That(Refuse(Step("train"), Step("evaluate", "trian")), Does.Contain("'trian'").And.Contain("'train', 'evaluate'"));

    [Test]
    public void Two_steps_with_the_same_name_in_any_case_are_refused() =>
        Assert.That(Refuse(Step("train"), Step("Train")), Does.Contain("two steps named 'Train'"));

    [Test]
    public void A_step_that_reads_two_versions_of_one_dataset_is_refused() => Assert.That(
        Refuse(new WorkflowStep
        {
            Name = "drift",
            Work = static (_, _) => Task.CompletedTask,
            Datasets = [new DatasetReference("flights", 1), new DatasetReference("flights", 2)],
        }),
        Does.Contain("two versions of the dataset 'flights'"));

    [Test]
    public void A_workflow_without_steps_is_refused() => Assert.That(Refuse(), Does.Contain("has no steps"));

    [TestCase("")]
    [TestCase("a/b")]
    [TestCase("..")]
    [TestCase("NUL")]
    [TestCase("a:b")]
    public void A_name_that_is_not_valid_for_a_folder_is_refused(string name)
    {
        Assert.That(Refuse(Step(name)), Does.Contain("cannot be the name of a step"));
        Assert.That(Assert.Throws<ArgumentException>(() => _ = new Workflow(name, [Step("a")]))!.Message, Does.Contain("cannot be the name of a workflow"));
    }

    [Test]
    public void A_name_that_is_too_long_is_refused() => Assert.That(Refuse(Step(new string('n', 101))), Does.Contain("101 characters. Use at most 100"));

    [Test]
    public void The_flowchart_shows_steps_datasets_and_dependencies_and_escapes_names()
    {
        var act = new WorkflowStep { Name = "regis\"ter<b>", Work = Nothing, DependsOn = ["train"], HasSideEffects = true };
        var train = new WorkflowStep { Name = "train", Work = Nothing, Datasets = [new("flights", 3)] };

        Assert.That(new Workflow("flow", [train, act]).ToMermaid(), Is.EqualTo(
            """
            flowchart TD
              s0["train"]
              s0d3[("flights/3")] --> s0
              s1[["regis&quot;ter&lt;b&gt;"]]
              s0 --> s1

            """));
    }

    private static WorkflowStep Step(string name, params string[] after) => new() { Name = name, Work = Nothing, DependsOn = after };

    private static Task Nothing(StepContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    private static string Refuse(params WorkflowStep[] steps) => Assert.Throws<ArgumentException>(() => _ = new Workflow("flow", steps))!.Message;
}
