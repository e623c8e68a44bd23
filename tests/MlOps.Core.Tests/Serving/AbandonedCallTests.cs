using System.Runtime.CompilerServices;

namespace MlOps.Serving;

/// <summary>A prediction or load that fails after its caller stopped waiting raises no unobserved exception.</summary>
public sealed class AbandonedCallTests : ServingFixture
{
    [Test]
    public async Task A_failure_without_a_waiting_caller_is_observed([Values] bool isLoad)
    {
        const string message = "This failure is abandoned.";
        var service = CreateService(options => (options.MaxBatchSize, options.Start) = (2, isLoad ? ModelStartMode.Lazy : ModelStartMode.Required));
        await service.PromoteAsync("2");
        await service.StartAsync();
        var unobserved = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> count = (_, e) => unobserved += e.Exception.ToString().Contains(message, StringComparison.Ordinal) ? 1
            : 0;
        TaskScheduler.UnobservedTaskException += count;
        try
        {
            await AbandonAsync(service, isLoad, message);
            await service.Model.ReloadAsync(); // waits for the load that failed
            await service.Model.PredictAsync(new Point { X = 1 });
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= count;
        }

        Assert.That(unobserved, Is.Zero);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task AbandonAsync(Service service, bool isLoad, string message)
    {
        using var cancellation = new CancellationTokenSource();
        var (entered, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        var failed = new TaskCompletionSource();
        async Task FailAsync()
        {
            entered.TrySetResult();
            await gate.Task;
            failed.TrySetResult();
            throw new InvalidOperationException(message);
        }

        service.Loader.Before = _ => isLoad ? FailAsync() : Task.CompletedTask;
        if (!isLoad)
        {
            service.Loader.Models[0].Middle = () => FailAsync().GetAwaiter().GetResult();
        }

        var waiting = service.Model.PredictAsync(new Point { X = 1 }, cancellation.Token);
        await entered.Task;
        await cancellation.CancelAsync();
        await Assert.ThatAsync(() => waiting, Throws.InstanceOf<OperationCanceledException>());
        service.Loader.Before = static _ => Task.CompletedTask;
        gate.SetResult();
        await failed.Task;
        if (!isLoad)
        {
            service.Loader.Models[0].Middle = static () => { };
        }
    }
}
