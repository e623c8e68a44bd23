using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    private static readonly string[] s_calls = ["find", "read", "write", "delete", "list"];

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Exception_of_the_content_reaches_the_caller_unchanged([Values] bool large)
    {
        var thrown = new InvalidOperationException("The source broke.");
        var content = MakeContent(large ? LargeSize : 1_000);
        await using var stream = new ForwardOnlyStream(content) { InterruptAt = content.Length - 10, Interruption = _ => throw thrown };

        var caught = await Assert.CatchAsync(() => Store.WriteAsync(At("a"), stream));

        Assert.That(caught, Is.SameAs(thrown));
        await AssertHoldsNothingAsync(At("a"));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Io_exception_of_the_content_is_not_converted_to_a_provider_exception()
    {
        var thrown = new IOException("The source broke.");
        await using var stream = new ForwardOnlyStream(MakeContent(1_000)) { InterruptAt = 500, Interruption = _ => throw thrown };

        Assert.That(await Assert.CatchAsync(() => Store.WriteAsync(At("a"), stream)), Is.SameAs(thrown));
    }

    [TestCase(0)]
    [TestCase(1_000)]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Content_that_fails_at_its_beginning_or_end_stores_nothing(int interruptAt)
    {
        await using var stream = new ForwardOnlyStream(MakeContent(1_000))
        {
            InterruptAt = interruptAt,
            Interruption = static _ => throw new InvalidOperationException("The source broke."),
        };

        await Assert.ThatAsync(() => Store.WriteAsync(At("a"), stream), Throws.InvalidOperationException);

        await AssertHoldsNothingAsync(At("a"));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Failing_content_keeps_the_earlier_artifact([Values] bool large)
    {
        var earlier = MakeContent(100, seed: 1);
        await Store.WriteBytesAsync(At("a"), earlier);
        var content = MakeContent(large ? LargeSize : 1_000, seed: 2);
        await using var stream = new ForwardOnlyStream(content)
        {
            InterruptAt = content.Length / 2,
            Interruption = static _ => throw new InvalidOperationException("The source broke."),
        };

        await Assert.ThatAsync(() => Store.WriteAsync(At("a"), stream), Throws.InvalidOperationException);

        await AssertHoldsAsync(At("a"), earlier);
        Assert.That(await ListAsync(), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Failing_content_leaves_the_path_free_for_a_write_if_absent()
    {
        var options = new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent };
        await using var stream = new ForwardOnlyStream(MakeContent(LargeSize))
        {
            InterruptAt = LargeSize - 10,
            Interruption = static _ => throw new InvalidOperationException("The source broke."),
        };
        await Assert.ThatAsync(() => Store.WriteAsync(At("a"), stream, options), Throws.InvalidOperationException);

        await Store.WriteTextAsync(At("a"), "text", options);

        await AssertHoldsAsync(At("a"), "text"u8.ToArray());
    }

    [TestCaseSource(nameof(s_calls))]
    public async Task Call_with_a_canceled_token_is_canceled_and_does_nothing(string call)
    {
        await Store.WriteTextAsync(At("a"), "text");
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThatAsync(() => CallAsync(call, At("a"), cancelled), Throws.InstanceOf<OperationCanceledException>());

        await AssertHoldsAsync(At("a"), "text"u8.ToArray());
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Canceling_a_write_is_prompt_and_leaves_nothing([Values] bool large)
    {
        var content = MakeContent(large ? LargeSize : 1_000);
        var gate = new TestGate();
        await using var stream = new ForwardOnlyStream(content) { InterruptAt = content.Length - 10, Interruption = gate.PassAsync };
        using var cancelling = new CancellationTokenSource();

        var writing = Store.WriteAsync(At("a"), stream, cancellationToken: cancelling.Token);
        await gate.Reached.WaitAsync(OperationTimeout);
        await cancelling.CancelAsync();

        await Assert.ThatAsync(() => writing.WaitAsync(OperationTimeout), Throws.InstanceOf<OperationCanceledException>());
        await AssertHoldsNothingAsync(At("a"));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Canceling_a_write_keeps_the_earlier_artifact()
    {
        await Store.WriteTextAsync(At("a"), "earlier");
        var gate = new TestGate();
        await using var stream = new ForwardOnlyStream(MakeContent(LargeSize)) { InterruptAt = LargeSize / 2, Interruption = gate.PassAsync };
        using var cancelling = new CancellationTokenSource();

        var writing = Store.WriteAsync(At("a"), stream, cancellationToken: cancelling.Token);
        await gate.Reached.WaitAsync(OperationTimeout);
        await cancelling.CancelAsync();

        await Assert.ThatAsync(() => writing.WaitAsync(OperationTimeout), Throws.InstanceOf<OperationCanceledException>());
        await AssertHoldsAsync(At("a"), "earlier"u8.ToArray());
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Canceling_a_read_of_the_content_is_prompt()
    {
        await Store.WriteBytesAsync(At("a"), MakeContent(LargeSize));
        using var cancelling = new CancellationTokenSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var reading = Task.Run(ReadUntilCancelledAsync);
        await begun.Task.WaitAsync(OperationTimeout);
        await cancelling.CancelAsync();

        await Assert.ThatAsync(() => reading.WaitAsync(OperationTimeout), Throws.InstanceOf<OperationCanceledException>());

        async Task ReadUntilCancelledAsync()
        {
            // A read that starts after the cancellation and succeeds has ignored it.
            for (var isCancelled = false; !isCancelled;)
            {
                isCancelled = cancelling.IsCancellationRequested;
                await using var content = await Store.OpenReadAsync(At("a"));
                await content.Stream.ReadExactlyAsync(new byte[100], cancelling.Token);
                begun.TrySetResult();
                await content.Stream.CopyToAsync(Stream.Null, cancelling.Token);
            }
        }
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Canceling_a_listing_ends_it()
    {
        await WriteAllAsync("a", "b", "c");
        using var cancelling = new CancellationTokenSource();

        await Assert.ThatAsync(ListAndCancelAsync, Throws.InstanceOf<OperationCanceledException>());

        async Task ListAndCancelAsync()
        {
            await foreach (var _ in Store.ListAsync(cancellationToken: cancelling.Token))
            {
                await cancelling.CancelAsync();
            }
        }
    }

    [Test]
    public async Task Null_arguments_are_rejected()
    {
        using var content = new MemoryStream();

        await Assert.ThatAsync(() => Store.FindAsync(null!), Throws.ArgumentNullException);
        await Assert.ThatAsync(() => Store.OpenReadAsync(null!, new ArtifactReadOptions()), Throws.ArgumentNullException);
        await Assert.ThatAsync(() => Store.OpenReadAsync(At("a"), options: null!), Throws.ArgumentNullException);
        await Assert.ThatAsync(() => Store.WriteAsync(null!, content), Throws.ArgumentNullException);
        await Assert.ThatAsync(() => Store.WriteAsync(At("a"), null!), Throws.ArgumentNullException);
        await Assert.ThatAsync(() => Store.DeleteAsync(null!), Throws.ArgumentNullException);
    }

    private async Task CallAsync(string call, ArtifactPath path, CancellationToken cancellationToken)
    {
        switch (call)
        {
            case "find":
                await Store.FindAsync(path, cancellationToken);
                break;
            case "read":
                await using (await Store.OpenReadAsync(path, cancellationToken))
                {
                    break;
                }

            case "write":
                await Store.WriteTextAsync(path, "never", cancellationToken: cancellationToken);
                break;
            case "delete":
                await Store.DeleteAsync(path, cancellationToken);
                break;
            default:
                await foreach (var _ in Store.ListAsync(cancellationToken: cancellationToken))
                {
                }

                break;
        }
    }
}
