using MlOps.Validation;

namespace MlOps.Serving;

public sealed class MicroBatcherTests : ServingFixture
{
    [Test]
    public async Task Concurrent_callers_receive_the_predictions_of_their_own_rows()
    {
        var service = await StartServiceAsync(static options => options.MaxBatchSize = 16);

        var answers = Task.WhenAll(Enumerable.Range(0, 64).Select(x => service.Model.PredictAsync(new Point { X = x })));
        await Until.IsTrueAsync(() => answers.IsCompleted, () =>
            service.Clock.Advance(TimeSpan.FromMilliseconds(2))); // a batch may have begun to wait only now

        Assert.That((await answers).Select(static answer => answer.Output.Y), Is.EqualTo(Enumerable.Range(0, 64).Select(static x => 2f * x)));
    }

    [Test]
    public async Task A_single_caller_does_not_wait()
    {
        var service = await StartServiceAsync(static options =>
        {
            options.MaxBatchSize = 16;
            options.MaxBatchDelay = TimeSpan.FromMinutes(1);
        });
        service.Loader.Models[0].Batches.Clear();

        for (var x = 0; x < 10; x++)
        {
            Assert.That((await Until.EndsAsync(service.Model.PredictAsync(new Point { X = x }))).Output.Y, Is.EqualTo(2 * x)); // the clock stands still
        }

        Assert.That(service.Loader.Models[0].Batches, Is.EqualTo(Enumerable.Repeat(1, 10)));
    }

    [Test]
    public async Task Rows_that_arrive_while_batches_are_computed_form_the_next_batch()
    {
        var service = await StartServiceAsync(static options => options.MaxBatchSize = 16);
        var model = service.Loader.Models[0];

        await PredictTogetherAsync(service, [.. Enumerable.Range(0, 5).Select(static x => new Point { X = x })]);

        Assert.That(model.Batches.Last(), Is.EqualTo(5));
    }

    [Test]
    public async Task Callers_that_repeat_immediately_share_large_batches()
    {
        const int rows = 2_000;
        var callers = Math.Max(64, 8 * Environment.ProcessorCount);
        var service = await StartServiceAsync(options =>
        {
            options.MaxBatchSize = callers;
            options.MaxBatchDelay = TimeSpan.FromMinutes(1);
        });
        var model = service.Loader.Models[0];
        var asked = 0;
        async Task AskAsync()
        {
            while (Interlocked.Increment(ref asked) <= rows)
            {
                await service.Model.PredictAsync(new Point { X = 1 });
            }
        }

        var gate = await BlockAsync(service);
        var answers = Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(AskAsync)));
        await Until.IsTrueAsync(() => asked >= callers);
        gate.SetResult();
        await Until.IsTrueAsync(() => asked >= rows); // the clock stands still: a batch waits until it is as large as expected
        var batches = model.Batches.ToArray();
        await Until.IsTrueAsync(() => answers.IsCompleted, () => service.Clock.Advance(TimeSpan.FromMinutes(1))); // those that stay away are waited for

        Assert.That(batches.Average(), Is.GreaterThan(20));
    }

    [Test]
    public async Task The_wait_is_bounded_and_ends_soon_after_the_load_drops()
    {
        var service = await StartServiceAsync(static options =>
        {
            options.MaxBatchSize = 16;
            options.MaxBatchDelay = TimeSpan.FromSeconds(1);
        });
        await PredictTogetherAsync(service, [.. Enumerable.Repeat(new Point { X = 1 }, 16)]);

        for (var call = 0; call < 20; call++)
        {
            var waiting = service.Model.PredictAsync(new Point { X = 1 });
            await Until.IsTrueAsync(() => waiting.IsCompleted, () => service.Clock.Advance(TimeSpan.FromSeconds(1))); // the row may not have been taken yet
        }

        var last = await Until.EndsAsync(service.Model.PredictAsync(new Point { X = 1 })); // the clock stands still
        Assert.That(last.Output.Y, Is.EqualTo(2));
    }

    [Test]
    public async Task A_full_queue_rejects_the_next_row_immediately()
    {
        var service = await StartServiceAsync(static options =>
        {
            options.MaxBatchSize = 2;
            options.MaxQueueLength = 2;
            options.MaxBatchDelay = TimeSpan.Zero;
        });
        using var release = new SemaphoreSlim(0);
        service.Loader.Models[0].Middle = release.Wait;

        var answers = new List<Task<Prediction<Answer>>>();
        Exception? refusal = null;
        while (refusal is null && answers.Count < 1_000)
        {
            var answer = service.Model.PredictAsync(new Point { X = 1 });
            if (answer.IsFaulted)
            {
                refusal = answer.Exception!.InnerException;
            }
            else
            {
                answers.Add(answer);
            }
        }

        release.Release(1_000_000);
        Assert.That(refusal, Is.TypeOf<ModelOverloadedException>().With.Message.Contains("'line'").And.Message.Contains("2 rows")
            .And.Message.Contains("MaxQueueLength"));
        Assert.That((await Task.WhenAll(answers)).Select(static answer => answer.Output.Y), Is.All.EqualTo(2));
    }

    [Test]
    public async Task A_rejected_or_failed_row_does_not_affect_the_others_of_its_batch()
    {
        var service = await StartServiceAsync(static options => options.MaxBatchSize = 3);

        var answers = await PredictTogetherAsync(service, new Point { X = 1 }, new Point { X = 4711 }, new Point { X = 2 });

        Assert.That((await answers[0]).Output.Y, Is.EqualTo(2));
        await Assert.ThrowsAsync<InvalidInputException>(() => answers[1]);
        Assert.That((await answers[2]).Output.Y, Is.EqualTo(4));
    }

    [Test]
    public async Task A_row_that_throws_in_the_model_fails_alone()
    {
        var service = await StartServiceAsync(static options =>
        {
            options.MaxBatchSize = 2;
            options.OnInvalidInput = InputPolicy.Observe;
        });

        var answers = await PredictTogetherAsync(service, new Point { X = float.NaN }, new Point { X = 1 });

        await Assert.ThrowsAsync<ArgumentException>(() => answers[0]);
        Assert.That((await answers[1]).Output.Y, Is.EqualTo(2));
    }

    [Test]
    public async Task A_caller_may_stop_waiting()
    {
        var service = await StartServiceAsync(static options => options.MaxBatchSize = 2);
        using var cancellation = new CancellationTokenSource();
        var gate = await BlockAsync(service);
        var waiting = service.Model.PredictAsync(new Point { X = 1 }, cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(() => waiting);
        gate.SetResult();
    }

    /// <summary>Occupies every loop of the batcher with a row whose prediction waits at the gate.</summary>
    private static async Task<TaskCompletionSource> BlockAsync(Service service)
    {
        var gate = new TaskCompletionSource();
        var blocked = 0;
        service.Loader.Models[0].Middle = () =>
        {
            Interlocked.Increment(ref blocked);
            gate.Task.GetAwaiter().GetResult();
        };
        for (var loop = 1; loop <= Environment.ProcessorCount; loop++)
        {
            _ = service.Model.PredictAsync(new Point { X = 0 });
            await Until.IsTrueAsync(() => Volatile.Read(ref blocked) == loop);
        }

        return gate;
    }

    /// <summary>Predicts rows that arrive while all loops are occupied.</summary>
    /// <returns>The finished predictions.</returns>
    private static async Task<Task<Prediction<Answer>>[]> PredictTogetherAsync(Service service, params Point[] rows)
    {
        var gate = await BlockAsync(service);
        var answers = Array.ConvertAll(rows, row => service.Model.PredictAsync(row));
        gate.SetResult();
        await Until.IsTrueAsync(() => Array.TrueForAll(answers, static answer => answer.IsCompleted));
        return answers;
    }
}
