using MlOps.Validation;

namespace MlOps.Serving;

public sealed class MicroBatcherTests : ServingFixture
{
    [Test]
    public async Task Rows_of_callers_at_the_same_time_are_answered_each_with_its_own_answer()
    {
        var service = await StartServiceAsync(static options => options.MaxBatchSize = 16);

        var answers = Task.WhenAll(Enumerable.Range(0, 64).Select(x => service.Model.PredictAsync(new Point { X = x })));
        await Until.IsTrueAsync(() => answers.IsCompleted, () => service.Clock.Advance(TimeSpan.FromMilliseconds(2))); // a batch may have begun to wait only now

        Assert.That((await answers).Select(static answer => answer.Output.Y), Is.EqualTo(Enumerable.Range(0, 64).Select(static x => 2f * x)));
    }

    [Test]
    public async Task A_row_waits_for_others_no_longer_than_it_may()
    {
        var service = await StartServiceAsync(static options =>
        {
            options.MaxBatchSize = 16;
            options.MaxBatchDelay = TimeSpan.FromSeconds(1);
        });

        var answer = service.Model.PredictAsync(new Point { X = 1 });
        await Until.IsTrueAsync(() => answer.IsCompleted, () => service.Clock.Advance(TimeSpan.FromSeconds(1))); // the row may not have been taken yet

        Assert.That((await answer).Output.Y, Is.EqualTo(2));
    }

    [Test]
    public async Task A_full_batch_does_not_wait()
    {
        var service = await StartServiceAsync(static options =>
        {
            options.MaxBatchSize = 4;
            options.MaxBatchDelay = TimeSpan.FromMinutes(1);
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(x => service.Model.PredictAsync(new Point { X = x })));

        Assert.That(answers, Has.Length.EqualTo(4));
    }

    [Test]
    public async Task When_too_many_rows_wait_the_next_is_refused_at_once()
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
        Assert.That(refusal, Is.TypeOf<ModelOverloadedException>().With.Message.Contains("'line'").And.Message.Contains("2 rows").And.Message.Contains("MaxQueueLength"));
        Assert.That((await Task.WhenAll(answers)).Select(static answer => answer.Output.Y), Is.All.EqualTo(2));
    }

    [Test]
    public async Task A_row_that_is_refused_or_fails_does_not_fail_the_others_of_its_batch()
    {
        var service = await StartServiceAsync(static options =>
        {
            options.MaxBatchSize = 3;
            options.MaxBatchDelay = TimeSpan.FromMinutes(1);
        });
        service.Loader.Models[0].Middle = static () => { };

        var good = service.Model.PredictAsync(new Point { X = 1 });
        var refused = service.Model.PredictAsync(new Point { X = 4711 });
        var other = service.Model.PredictAsync(new Point { X = 2 });

        Assert.That((await good).Output.Y, Is.EqualTo(2));
        await Assert.ThrowsAsync<InvalidInputException>(() => refused);
        Assert.That((await other).Output.Y, Is.EqualTo(4));
    }

    [Test]
    public async Task A_row_that_throws_in_the_model_fails_alone()
    {
        var service = await StartServiceAsync(static options =>
        {
            options.MaxBatchSize = 2;
            options.MaxBatchDelay = TimeSpan.FromMinutes(1);
            options.OnInvalidInput = InputPolicy.Observe;
        });

        var bad = service.Model.PredictAsync(new Point { X = float.NaN });
        var good = service.Model.PredictAsync(new Point { X = 1 });

        await Assert.ThrowsAsync<ArgumentException>(() => bad);
        Assert.That((await good).Output.Y, Is.EqualTo(2));
    }

    [Test]
    public async Task A_caller_may_stop_waiting()
    {
        var service = await StartServiceAsync(static options =>
        {
            options.MaxBatchSize = 2;
            options.MaxBatchDelay = TimeSpan.FromMinutes(1);
        });
        using var cancellation = new CancellationTokenSource();
        var waiting = service.Model.PredictAsync(new Point { X = 1 }, cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(() => waiting);
    }
}
