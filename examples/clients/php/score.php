<?php

/**
 * Scores the front desk through `capaian serve-stdio`, from PHP.
 *
 *     php score.php [EVIDENCE.json] [POLICY.toml]
 *
 * CAPAIAN names the command, where it is not `capaian` on the path. Identifiers and scores are
 * strings from end to end: PHP's floats never touch them.
 */

declare(strict_types=1);

/** One running `capaian serve-stdio`: requests go in, the lines of their answers come out. */
final class Capaian
{
    /** @var resource */
    private $process;
    /** @var array<int, resource> */
    private array $pipes = [];
    private int $asked = 0;

    public function __construct(string $command)
    {
        // What it says to people (nothing, unless it cannot start) goes to our own standard error.
        $streams = [['pipe', 'r'], ['pipe', 'w'], STDERR];
        $process = proc_open("$command serve-stdio", $streams, $this->pipes);
        if ($process === false) {
            throw new RuntimeException("'$command' cannot be started");
        }
        $this->process = $process;
    }

    /**
     * Asks, and yields each line of the answer but the last.
     *
     * @param array<string, mixed> $request
     * @return Generator<int, array<string, mixed>>
     */
    public function ask(array $request): Generator
    {
        $request['id'] = (string) ++$this->asked;
        $flags = JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;
        fwrite($this->pipes[0], json_encode($request, $flags) . "\n");
        fflush($this->pipes[0]);
        while (($line = fgets($this->pipes[1])) !== false) {
            $answer = json_decode($line, true, 512, JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
            if ($answer['kind'] === 'error') {
                throw new DomainException("{$answer['code']} {$answer['text']}");
            }
            if ($answer['kind'] === 'end') {
                return;
            }
            yield $answer;
        }
        throw new RuntimeException('capaian ended before it had answered');
    }

    public function close(): int
    {
        fclose($this->pipes[0]);
        fclose($this->pipes[1]);
        return proc_close($this->process);
    }
}

$evidence = $argv[1] ?? __DIR__ . '/../evidence.json';
$policy = $argv[2] ?? __DIR__ . '/../../../docs/start/front-desk.toml';
$capaian = new Capaian(getenv('CAPAIAN') ?: 'capaian');

try {
    $answers = $capaian->ask([
        'request' => 'score',
        'policy' => $policy,
        'period' => '2026-01',
        'as_of' => '2026-02-01',
        'language' => 'id',
        'evidence' => json_decode(
            (string) file_get_contents($evidence), true, 512, JSON_THROW_ON_ERROR
        ),
    ]);
    foreach ($answers as $answer) {
        if ($answer['kind'] === 'head') {
            printf("%-20s %8s  %s\n", 'NIP', 'nilai', 'predikat');
            continue;
        }
        $score = $answer['score'];
        if (!is_string($score['subject']) || !is_string($score['score'] ?? '')) {
            throw new UnexpectedValueException('an identifier or a score is not text');
        }
        printf(
            "%-20s %8s  %s\n",
            $score['subject'],
            $score['score'] ?? '-',
            $score['band'] ?? $score['status'],
        );
    }
} catch (Throwable $error) {
    fwrite(STDERR, $error->getMessage() . "\n");
    $capaian->close();
    exit(1);
}

exit($capaian->close());
